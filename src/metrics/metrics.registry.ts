import { Injectable, OnModuleDestroy } from '@nestjs/common';
import { FinishedCalls } from '../calls/finished.calls.js';
import { Registry, collectDefaultMetrics } from 'prom-client';

/** Gauges that the library names like counters; each is there under a proper name too. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** The families of this Drover, with those of its process. */
@Injectable()
export class MetricsRegistry implements OnModuleDestroy {
  readonly registry = new Registry();

  constructor(private readonly finished: FinishedCalls) {
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
  }

  onModuleDestroy(): void {
    this.registry.clear();
  }

  /** The page in the Prometheus text format, with everything that has ended so far in it. */
  async page(): Promise<string> {
    this.finished.settle();
    return await this.registry.metrics();
  }
}

import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { CLOCK, type Clock } from '#lib/foundation';
import { PagePrinter } from '#lib/metrics';
import { FinishedCalls } from '../calls/finished.calls.js';
import { TurnCache } from './turn-cache.js';

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
  /** What several families of a page need. */
  readonly gathered = new TurnCache();
  private readonly printer: PagePrinter;

  constructor(
    private readonly finished: FinishedCalls,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.printer = new PagePrinter(this.registry, {
      nowMs: () => clock.nowMs(),
      breathe: () => setImmediate(),
    });
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
  }

  onModuleDestroy(): void {
    this.registry.clear();
  }

  /** The page in the Prometheus text format, with everything that has ended so far in it. */
  async page(): Promise<Buffer> {
    this.finished.settle();
    return await this.gathered.during(() => this.printer.page());
  }
}

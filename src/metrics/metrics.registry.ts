import { Injectable, OnModuleDestroy } from '@nestjs/common';
import { Registry, collectDefaultMetrics } from 'prom-client';

/** The families of this Drover, with those of its process. */
@Injectable()
export class MetricsRegistry implements OnModuleDestroy {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  onModuleDestroy(): void {
    this.registry.clear();
  }

  /** The page in the Prometheus text format. */
  async page(): Promise<string> {
    return await this.registry.metrics();
  }
}

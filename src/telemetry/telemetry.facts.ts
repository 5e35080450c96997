import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { CLOCK, type Clock } from '#lib/foundation';
import { ProcessService } from '#lib/process';
import { LlamaMetricsService } from '../monitoring/llama-metrics.service.js';
import { LoadWindow, LoadWindows } from './load.windows.js';
import { TraceFacts } from './trace-facts.interface.js';

/** Knows what traces tell about models. */
@Injectable()
export class TelemetryFacts implements TraceFacts, OnApplicationBootstrap, OnModuleDestroy {
  private readonly loads: LoadWindows;
  private unsubscribe: (() => void) | null = null;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly processes: ProcessService,
    private readonly engines: LlamaMetricsService,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.loads = new LoadWindows(() => clock.wallMs());
  }

  onApplicationBootstrap(): void {
    this.unsubscribe = this.processes.onState((change) => this.loads.changed(change));
  }

  onModuleDestroy(): void {
    this.unsubscribe?.();
  }

  loadOf(model: string): LoadWindow | null {
    return this.loads.of(model);
  }

  providerOf(model: string, upstream: string): string | null {
    return upstream === 'local' ? (this.engines.latest(model)?.engine ?? null) : upstream || null;
  }

  upstreamOf(model: string, upstream: string): URL | null {
    if (upstream === 'local') return this.processes.get(model)?.upstream ?? null;
    const proxy = this.config.current.peers.get(upstream)?.proxy;
    return proxy && URL.canParse(proxy) ? new URL(proxy) : null;
  }
}

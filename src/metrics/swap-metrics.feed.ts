import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { CLOCK, type Clock, type DroverEventEmitter, ModelStateEvent } from '#lib/foundation';
import { SwapMetrics } from '#lib/metrics';
import { RouterService } from '#lib/router';
import { MetricsRegistry } from './metrics.registry.js';

/** Feeds the families about queue, swaps and loads. */
@Injectable()
export class SwapMetricsFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly metrics: SwapMetrics;
  private unobserve: (() => void) | null = null;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    { registry }: MetricsRegistry,
    private readonly router: RouterService,
    @Inject(CLOCK) clock: Clock,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {
    this.metrics = new SwapMetrics(registry, clock);
  }

  onApplicationBootstrap(): void {
    this.unobserve = this.router.observe(this.metrics.observer);
    this.events.on('model.state', this.onState);
  }

  onModuleDestroy(): void {
    this.unobserve?.();
    this.events.off('model.state', this.onState);
  }

  private readonly onState = (event: ModelStateEvent): void => this.metrics.stateChanged(event);
}

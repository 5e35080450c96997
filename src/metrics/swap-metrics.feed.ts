import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import {
  CLOCK,
  type Clock,
  type DroverEventEmitter,
  ModelStateEvent,
  PluginCutOffEvent,
  StartRefusedEvent,
} from '#lib/foundation';
import { PluginMetrics, SwapMetrics } from '#lib/metrics';
import { RouterService } from '#lib/router';
import { MetricsRegistry } from './metrics.registry.js';

/** Feeds the families about queue, swaps and loads, and about plugins that get in their way. */
@Injectable()
export class SwapMetricsFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly metrics: SwapMetrics;
  private readonly plugins: PluginMetrics;
  private unobserve: (() => void) | null = null;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    { registry }: MetricsRegistry,
    private readonly router: RouterService,
    @Inject(CLOCK) clock: Clock,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {
    this.metrics = new SwapMetrics(registry, clock);
    this.plugins = new PluginMetrics(registry);
  }

  onApplicationBootstrap(): void {
    this.unobserve = this.router.observe(this.metrics.observer);
    this.events.on('model.state', this.onState);
    this.events.on('model.start-refused', this.onRefused);
    this.events.on('plugin.cut-off', this.onCutOff);
  }

  onModuleDestroy(): void {
    this.unobserve?.();
    this.events.off('model.state', this.onState);
    this.events.off('model.start-refused', this.onRefused);
    this.events.off('plugin.cut-off', this.onCutOff);
  }

  private readonly onState = (event: ModelStateEvent): void => this.metrics.stateChanged(event);
  private readonly onRefused = ({ model }: StartRefusedEvent): void =>
    this.metrics.refused(model, 'max_parallel_models');
  private readonly onCutOff = (event: PluginCutOffEvent): void => this.plugins.cutOff(event);
}

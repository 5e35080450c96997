import { Inject, Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { CLOCK, type Clock, ConfigReloadEvent, type DroverEventEmitter } from '#lib/foundation';
import { ProgramMetrics } from '#lib/metrics';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { ActivityService } from '../activity/activity.service.js';
import { MetricsRegistry } from './metrics.registry.js';

/** Feeds the families about Drover itself. */
@Injectable()
export class ProgramMetricsFeed implements OnModuleInit, OnModuleDestroy {
  private readonly metrics: ProgramMetrics;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    { registry }: MetricsRegistry,
    activity: ActivityService,
    @Inject(APP_OPTIONS) { build }: AppOptions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {
    this.metrics = new ProgramMetrics(registry, {
      version: build.version,
      commit: build.commit,
      activityWriteErrors: () => activity.writeErrors,
      activityLostRows: () => activity.lostRows,
    });
  }

  onModuleInit(): void {
    this.metrics.loaded(true, this.clock.wallMs(), false);
    this.events.on('config.reload', this.onReload);
  }

  onModuleDestroy(): void {
    this.events.off('config.reload', this.onReload);
  }

  private readonly onReload = ({ outcome, atMs }: ConfigReloadEvent): void => {
    if (outcome !== 'unchanged') this.metrics.loaded(outcome === 'applied', atMs);
  };
}

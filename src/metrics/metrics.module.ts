import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { ActivityLogModule } from '../activity/activity-log.module.js';
import { MemoryModule } from '../memory/memory.module.js';
import { MonitoringModule } from '../monitoring/monitoring.module.js';
import { PerformanceModule } from '../performance/performance.module.js';
import { CapturesModule } from '../captures/captures.module.js';
import { HttpModule } from '../http/http.module.js';
import { LiveEventsModule } from '../live-events/live-events.module.js';
import { HttpMetrics } from './http.metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsRegistryModule } from './metrics-registry.module.js';
import { ModelViews } from './model-views.js';
import { ProgramMetricsFeed } from './program-metrics.feed.js';
import { RequestMetricsService } from './request-metrics.service.js';
import { ScrapeTargetsController } from './scrape-targets.controller.js';
import { StateMetricsFeed } from './state-metrics.feed.js';
import { SwapMetricsFeed } from './swap-metrics.feed.js';
import { WatcherMetricsFeed } from './watcher-metrics.feed.js';

/** The page for Prometheus. */
@Module({
  imports: [
    ActivityLogModule,
    CapturesModule,
    LiveEventsModule,
    HttpModule,
    MemoryModule,
    MetricsRegistryModule,
    MonitoringModule,
    PerformanceModule,
    PrometheusModule.register({
      path: '/metrics',
      controller: MetricsController,
      // Each Drover has a registry of its own, so that two in one process do not mix.
      defaultMetrics: { enabled: false },
    }),
  ],
  controllers: [ScrapeTargetsController],
  providers: [
    HttpMetrics,
    ModelViews,
    RequestMetricsService,
    StateMetricsFeed,
    SwapMetricsFeed,
    ProgramMetricsFeed,
    WatcherMetricsFeed,
  ],
  exports: [RequestMetricsService],
})
export class MetricsModule {}

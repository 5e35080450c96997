import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { MemoryModule } from '../memory/memory.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { MonitoringModule } from '../monitoring/monitoring.module.js';
import { PerformanceModule } from '../performance/performance.module.js';

/** Everything that watches: activity, samples, live figures, metrics. Nothing depends on it to work. */
@Module({
  imports: [ActivityModule, MemoryModule, MetricsModule, MonitoringModule, PerformanceModule],
})
export class ObservabilityModule {}

import { Module } from '@nestjs/common';
import { MemoryModule } from '../memory/memory.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { MonitoringModule } from '../monitoring/monitoring.module.js';
import { PerformanceModule } from '../performance/performance.module.js';
import { TelemetryModule } from '../telemetry/telemetry.module.js';

/** What watches: samples, live figures, metrics. Nothing depends on it to work. */
@Module({
  imports: [MemoryModule, MetricsModule, MonitoringModule, PerformanceModule, TelemetryModule],
})
export class ObservabilityModule {}

import { Module } from '@nestjs/common';
import { ActivityLogModule } from '../activity/activity-log.module.js';
import { MetricsRegistryModule } from '../metrics/metrics-registry.module.js';
import { MonitoringModule } from '../monitoring/monitoring.module.js';
import { RequestTap } from './request.tap.js';
import { TelemetryFacts } from './telemetry.facts.js';
import { TelemetryService } from './telemetry.service.js';

/** Export to OpenTelemetry. */
@Module({
  imports: [ActivityLogModule, MetricsRegistryModule, MonitoringModule],
  providers: [TelemetryFacts, RequestTap, TelemetryService],
})
export class TelemetryModule {}

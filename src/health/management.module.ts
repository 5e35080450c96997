import { Module } from '@nestjs/common';
import { ActivityLogModule } from '../activity/activity-log.module.js';
import { MetricsRegistryModule } from '../metrics/metrics-registry.module.js';
import { HealthBoardModule } from './health-board.module.js';
import { HealthWatch } from './health.watch.js';
import { ManagementServer } from './management.server.js';

/** The second listener, and what is reported to the probes. */
@Module({
  imports: [ActivityLogModule, HealthBoardModule, MetricsRegistryModule],
  providers: [HealthWatch, ManagementServer],
})
export class ManagementModule {}

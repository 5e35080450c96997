import { Module } from '@nestjs/common';
import { HealthBoardModule } from './health-board.module.js';
import { HealthController } from './health.controller.js';
import { ProbesController } from './probes.controller.js';

/** Health, probes, version and the way to the start page. */
@Module({
  imports: [HealthBoardModule],
  controllers: [HealthController, ProbesController],
  exports: [HealthBoardModule],
})
export class HealthModule {}

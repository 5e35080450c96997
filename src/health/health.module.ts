import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';

/** Health, version and the way to the start page. */
@Module({ controllers: [HealthController] })
export class HealthModule {}

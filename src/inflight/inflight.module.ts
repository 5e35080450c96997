import { Module } from '@nestjs/common';
import { InflightController } from './inflight.controller.js';
import { InflightRegistry } from './inflight.registry.js';

/** The list of requests in flight. */
@Module({
  controllers: [InflightController],
  providers: [InflightRegistry],
  exports: [InflightRegistry],
})
export class InflightModule {}

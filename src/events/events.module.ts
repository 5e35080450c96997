import { Module } from '@nestjs/common';
import { InflightModule } from '../inflight/inflight.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { EventHub } from './event.hub.js';
import { EventsController } from './events.controller.js';
import { LiveState } from './live.state.js';
import { ModelStatus } from './model-status.js';

/** The event stream. */
@Module({
  imports: [InflightModule, ProfilesModule],
  controllers: [EventsController],
  providers: [EventHub, LiveState, ModelStatus],
  exports: [EventHub, LiveState],
})
export class EventsModule {}

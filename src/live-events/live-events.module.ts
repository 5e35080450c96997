import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { LoadProgressModule } from '../loading/load-progress.module.js';
import { MonitoringModule } from '../monitoring/monitoring.module.js';
import { PerformanceModule } from '../performance/performance.module.js';
import { AlertEventSource } from './alert-event.source.js';
import { FigureEventSource } from './figure-event.source.js';
import { EventAudience } from './event.audience.js';
import { LiveEventHub } from './live-event.hub.js';
import { LiveEventsController } from './live-events.controller.js';
import { QueueEventSource } from './queue-event.source.js';
import { StateEventSource } from './state-event.source.js';

/** Live events in plain JSON; needs the engine. */
@Module({
  imports: [EventsModule, LoadProgressModule, MonitoringModule, PerformanceModule],
  controllers: [LiveEventsController],
  providers: [
    EventAudience,
    LiveEventHub,
    StateEventSource,
    FigureEventSource,
    QueueEventSource,
    AlertEventSource,
  ],
  exports: [EventAudience, LiveEventHub],
})
export class LiveEventsModule {}

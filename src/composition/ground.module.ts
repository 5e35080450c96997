import { DynamicModule, Module, ValueProvider } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { ConfigStore } from '#lib/config';
import { CLOCK } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { ManagementModule } from '../health/management.module.js';
import { APP_OPTIONS, AppOptions } from '../app-options.interface.js';
import { MemoryReadingModule } from '../learning/memory-reading.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { LiveEventsModule } from '../live-events/live-events.module.js';
import { OverviewModule } from '../overview/overview.module.js';
import { ReloadModule } from '../reload/reload.module.js';
import { SwapsModule } from '../swaps/swaps.module.js';
import { TimelineModule } from '../timeline/timeline.module.js';
import { EngineModule } from './engine.module.js';
import { EngineOptions } from './engine-options.interface.js';

/** What everything stands on, global: clock, configuration, logs, events, engine and reload. */
@Module({})
export class GroundModule {
  /** The ground with the engine on it, below `AppModule`. */
  static with(app: AppOptions, engine: EngineOptions): DynamicModule {
    const values: ValueProvider[] = [
      { provide: APP_OPTIONS, useValue: app },
      { provide: CLOCK, useValue: app.clock },
      { provide: LogService, useValue: app.logs },
      { provide: ConfigStore, useValue: engine.store },
    ];
    return {
      module: GroundModule,
      global: true,
      imports: [
        EventEmitterModule.forRoot(),
        EngineModule.register(engine),
        ReloadModule,
        SwapsModule,
        TimelineModule,
        OverviewModule,
        LiveEventsModule,
        ObservabilityModule,
        MemoryReadingModule,
        ManagementModule,
      ],
      providers: values,
      exports: values.map(({ provide }) => provide),
    };
  }
}

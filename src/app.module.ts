import { DynamicModule, Module } from '@nestjs/common';
import { ActivityModule } from './activity/activity.module.js';
import { AuditModule } from './audit/audit.module.js';
import { CallsModule } from './calls/calls.module.js';
import { CapturesModule } from './captures/captures.module.js';
import { EventsModule } from './events/events.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { InferenceModule } from './inference/inference.module.js';
import { InflightModule } from './inflight/inflight.module.js';
import { LogsModule } from './logs/logs.module.js';
import { ModelsModule } from './models/models.module.js';
import { PeersModule } from './peers/peers.module.js';
import { PassthroughModule } from './passthrough/passthrough.module.js';
import { OpenApiModule } from './openapi/open-api.module.js';
import { ProfilesModule } from './profiles/profiles.module.js';
import { UpstreamsModule } from './upstreams/upstreams.module.js';
import { WebUiModule } from './web-ui/web-ui.module.js';

/** All of Drover's HTTP side above a module that provides what it needs from below. */
@Module({
  imports: [
    HttpModule,
    AuditModule,
    CallsModule,
    UpstreamsModule,
    PeersModule,
    InferenceModule,
    InflightModule,
    ModelsModule,
    ProfilesModule,
    EventsModule,
    CapturesModule,
    ActivityModule,
    PassthroughModule,
    LogsModule,
    OpenApiModule,
    HealthModule,
    WebUiModule,
  ],
})
export class AppModule {
  /** @param ground global module that exports the tokens of `src/composition` */
  static above(ground: DynamicModule): DynamicModule {
    return { module: AppModule, imports: [ground] };
  }
}

import { Module } from '@nestjs/common';
import { ENGINE_HTTP } from '#lib/monitor';
import { AccessModule } from '../access/access.module.js';
import { ActivityLogModule } from '../activity/activity-log.module.js';
import { LoadProgressModule } from '../loading/load-progress.module.js';
import { PerformanceModule } from '../performance/performance.module.js';
import { DiscoveryController } from '../discovery/discovery.controller.js';
import { DiscoveryService } from '../discovery/discovery.service.js';
import { GgufFinder } from '../discovery/gguf.finder.js';
import { ModelOrigins } from '../discovery/model-origins.js';
import { ModelPaths } from '../discovery/model-paths.js';
import { RegisteredModels } from '../discovery/registered.models.js';
import { ServerFinder } from '../discovery/server.finder.js';
import { ReloadModule } from '../reload/reload.module.js';
import { EnginePages } from './engine-pages.js';
import { LlamaControlController } from './llama-control.controller.js';
import { LlamaController } from './llama.controller.js';
import { LlamaGateway } from './llama.gateway.js';
import { LlamaMetricsService } from './llama-metrics.service.js';
import { LlamaServerService } from './llama-server.service.js';
import { ModelControl } from './model-control.js';
import { ModelNames } from './model-names.js';
import { ModelStatusService } from './model-status.service.js';
import { RegisteredServers } from './registered.servers.js';
import { StatusBoard } from './status.board.js';
import { UndiciEngineHttp } from './undici-engine.http.js';

/** Live figures of the running models, and their control. */
@Module({
  imports: [AccessModule, ActivityLogModule, LoadProgressModule, PerformanceModule, ReloadModule],
  controllers: [LlamaController, LlamaControlController, DiscoveryController],
  providers: [
    UndiciEngineHttp,
    { provide: ENGINE_HTTP, useExisting: UndiciEngineHttp },
    LlamaMetricsService,
    LlamaServerService,
    ModelStatusService,
    StatusBoard,
    ModelNames,
    EnginePages,
    RegisteredServers,
    RegisteredModels,
    ModelPaths,
    GgufFinder,
    ServerFinder,
    DiscoveryService,
    ModelOrigins,
    ModelControl,
    LlamaGateway,
  ],
  exports: [LlamaGateway, LlamaMetricsService],
})
export class MonitoringModule {}

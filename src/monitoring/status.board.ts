import { Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { meanShare } from '#lib/monitor';
import { PerformanceService } from '../performance/performance.service.js';
import { LlamaServerService } from './llama-server.service.js';
import { ModelStatus, ModelStatusService } from './model-status.service.js';
import { RegisteredServers } from './registered.servers.js';

/** The body of `GET /api/v1/llama/status`. */
export interface StatusBody {
  readonly running: number;
  readonly maxParallelModels: number;
  readonly models: readonly ModelStatus[];
  readonly system: {
    readonly cpuPercent: number | null;
    readonly memUsedBytes: number | null;
    readonly memTotalBytes: number | null;
  };
}

/** Gathers the state of everything: configured models, registered servers, the machine. */
@Injectable()
export class StatusBoard {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly servers: LlamaServerService,
    private readonly registered: RegisteredServers,
    private readonly status: ModelStatusService,
    private readonly performance: PerformanceService,
  ) {}

  /** Everything at once. */
  all(): StatusBody {
    const models = [...this.config.current.models.keys(), ...this.registered.names()];
    return {
      running: this.servers.running().length,
      maxParallelModels: this.servers.maxParallelModels,
      models: models.map((model) => this.status.of(model)),
      system: this.system(),
    };
  }

  private system(): StatusBody['system'] {
    const sample = this.performance.monitor.samples.latestHost;
    return {
      cpuPercent: sample && meanShare(sample.cpuPercentPerCore),
      memUsedBytes: sample?.memory.usedBytes ?? null,
      memTotalBytes: sample?.memory.totalBytes ?? null,
    };
  }
}

import { Controller, Get, Inject } from '@nestjs/common';
import { ConfigStore, ModelConfig } from '#lib/config';
import { CLOCK, type Clock, formatRfc3339 } from '#lib/foundation';
import { DeviceBytes, ModelState } from '#lib/plugin-api';
import { ProcessService } from '#lib/process';
import { MemoryLedger } from '#lib/router';
import { Documented } from '../openapi/documented.decorator.js';
import { PerformanceService } from '../performance/performance.service.js';
import { DeviceShares, MemoryDevice, MemoryModel, SYSTEM_DEVICE, memoryMap } from './memory-map.js';
import { MEMORY_SCHEMA } from './memory.schema.js';
import { ProcessUseService } from './process-use.service.js';

/** What a model uses, or has been seen or said to need. */
export interface ModelMemoryView {
  readonly model: string;
  readonly state: ModelState;
  /** Number of its processes; null when it has none here. */
  readonly processes: number | null;
  readonly residentBytes: number | null;
  readonly ownBytes: number | null;
  readonly cpuSeconds: number | null;
  /** Highest need per GPU; `*` names none. Null: not known. */
  readonly need: { readonly source: 'learned' | 'configured'; readonly bytes: DeviceBytes } | null;
}

/** Answer of `GET /api/v1/memory`. */
export interface MemoryView {
  readonly at: string;
  readonly devices: readonly DeviceShares[];
  readonly models: readonly ModelMemoryView[];
}

/** Tells which model holds how much memory of which device. */
@Controller('api/v1')
export class MemoryController {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly processes: ProcessService,
    private readonly uses: ProcessUseService,
    private readonly performance: PerformanceService,
    private readonly ledger: MemoryLedger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('memory')
  @Documented({
    summary: 'The memory of each GPU and of the machine, divided among the models that hold it.',
    answer: MEMORY_SCHEMA,
  })
  async map(): Promise<MemoryView> {
    await this.uses.refresh();
    const models = [...this.config.current.models.values()].map((model) => this.modelOf(model));
    return {
      at: formatRfc3339(this.clock.wallMs()),
      devices: memoryMap(this.devices(), models),
      models: models.map(viewOf),
    };
  }

  private modelOf({ id, memory }: ModelConfig): MemoryModel {
    return {
      model: id,
      state: this.processes.get(id)?.state ?? 'stopped',
      tree: this.uses.of(id),
      learned: this.ledger.of(id),
      configured: memory,
    };
  }

  private devices(): readonly MemoryDevice[] {
    const { monitor } = this.performance;
    const gpus = monitor.currentGpus().map(({ id, sample }) => ({
      device: `gpu${id}`,
      name: sample.name,
      totalBytes: sample.memoryTotalBytes,
      usedBytes: sample.memoryUsedBytes,
      processes: sample.processes,
    }));
    const memory = monitor.isEnabled ? monitor.samples.latestHost?.memory : undefined;
    if (!memory) return gpus;
    const { totalBytes, usedBytes } = memory;
    const system = { device: SYSTEM_DEVICE, name: null, totalBytes, usedBytes, processes: null };
    return [...gpus, system];
  }
}

function viewOf({ model, state, tree, learned, configured }: MemoryModel): ModelMemoryView {
  const source = learned ? 'learned' : 'configured';
  const bytes = learned ?? configured;
  return {
    model,
    state,
    processes: tree && tree.pids.length,
    residentBytes: tree && tree.residentBytes,
    ownBytes: tree && tree.ownBytes,
    cpuSeconds: tree && tree.cpuSeconds,
    need: bytes && { source, bytes },
  };
}

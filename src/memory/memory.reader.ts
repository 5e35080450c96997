import { Injectable } from '@nestjs/common';
import { ConfigStore, ModelConfig } from '#lib/config';
import { ProcessService } from '#lib/process';
import { MemoryLedger } from '#lib/router';
import { PerformanceService } from '../performance/performance.service.js';
import { DeviceShares, MemoryDevice, MemoryModel, SYSTEM_DEVICE, memoryMap } from './memory-map.js';
import { ProcessUseService } from './process-use.service.js';

/** Devices and models as they are at one moment. */
export interface MemoryReading {
  readonly devices: readonly DeviceShares[];
  readonly models: readonly MemoryModel[];
}

/** Reads who holds how much memory of which device. */
@Injectable()
export class MemoryReader {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly processes: ProcessService,
    private readonly uses: ProcessUseService,
    private readonly performance: PerformanceService,
    private readonly ledger: MemoryLedger,
  ) {}

  /** The map of now; what the processes use is read anew unless that has just been done. */
  async read(): Promise<MemoryReading> {
    await this.uses.refresh();
    const models = [...this.config.current.models.values()].map((model) => this.modelOf(model));
    return { devices: memoryMap(this.devices(), models), models };
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

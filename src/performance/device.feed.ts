import { Injectable, OnModuleInit } from '@nestjs/common';
import { DeviceReading, MemoryLedger } from '#lib/router';
import { PerformanceService } from './performance.service.js';

/** Hands the readings of the GPUs to the router, which learns what models need. */
@Injectable()
export class DeviceFeed implements OnModuleInit {
  constructor(
    private readonly ledger: MemoryLedger,
    private readonly performance: PerformanceService,
  ) {}

  onModuleInit(): void {
    this.ledger.readFrom(() => this.readings());
  }

  private readings(): readonly DeviceReading[] {
    return this.performance.monitor.currentGpus().map(({ id, sample }) => ({
      device: `gpu${id}`,
      totalBytes: sample.memoryTotalBytes,
      usedBytes: sample.memoryUsedBytes,
      processes: sample.processes,
    }));
  }
}

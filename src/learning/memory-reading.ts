import { Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { MemoryLedger } from '#lib/router';
import { PerformanceService } from '../performance/performance.service.js';
import { deviceReadings } from './device-readings.js';

/** Lets the memory ledger read the GPUs that are sampled. */
@Injectable()
export class MemoryReading implements OnApplicationBootstrap {
  constructor(
    private readonly ledger: MemoryLedger,
    private readonly performance: PerformanceService,
  ) {}

  onApplicationBootstrap(): void {
    this.ledger.readFrom(() => deviceReadings(this.performance.monitor.currentGpus()));
  }
}

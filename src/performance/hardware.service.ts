import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK, type Clock, DroverError } from '#lib/foundation';
import { HardwareDetector, HardwareSnapshot, NumberedSnapshot, withGpuIds } from '#lib/monitor';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { PerformanceService } from './performance.service.js';

/** Finds out once how the machine is built, and again on request. */
@Injectable()
export class HardwareService {
  private readonly log = new Logger('hardware');
  private detected: Promise<HardwareSnapshot> | null = null;

  constructor(
    private readonly performance: PerformanceService,
    @Inject(APP_OPTIONS) private readonly options: AppOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The machine; `isRefresh` looks again.
   * @throws DroverError HARDWARE_UNAVAILABLE
   */
  async snapshot(isRefresh = false): Promise<NumberedSnapshot> {
    if (isRefresh) this.detected = null;
    this.detected ??= this.detect();
    try {
      return withGpuIds(await this.detected, this.performance.monitor.currentGpus());
    } catch (error) {
      this.detected = null;
      this.log.warn(`hardware detection failed: ${String(error)}`);
      throw new DroverError('HARDWARE_UNAVAILABLE', 'hardware detection unavailable', {
        cause: error,
      });
    }
  }

  private detect(): Promise<HardwareSnapshot> {
    const { version } = this.options.build;
    return new HardwareDetector({
      clock: this.clock,
      context: this.performance.context(5000),
      probes: this.performance.probes,
      detector: { name: 'drover', version },
    }).detect();
  }
}

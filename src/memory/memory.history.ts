import {
  Inject,
  Injectable,
  Logger,
  OnApplicationBootstrap,
  OnModuleDestroy,
} from '@nestjs/common';
import { CLOCK, type Clock } from '#lib/foundation';
import { PerformanceService } from '../performance/performance.service.js';
import { MemoryReader } from './memory.reader.js';

/** Shortest time between two points, milliseconds. */
const PERIOD_MS = 15_000;

/** How long points are kept, milliseconds. */
const KEPT_MS = 24 * 3_600_000;

/** Who held how much of a device at one moment, bytes. */
export interface HeldMemory {
  readonly device: string;
  readonly totalBytes: number | null;
  readonly usedBytes: number | null;
  readonly models: readonly { readonly model: string; readonly bytes: number }[];
}

/** One moment of the history; `atMs` is wall-clock Unix milliseconds. */
export interface MemoryPoint {
  readonly atMs: number;
  readonly devices: readonly HeldMemory[];
}

/** Remembers for a day who held how much memory: a point with a sample of the machine now and then. */
@Injectable()
export class MemoryHistory implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('monitor');
  private points: MemoryPoint[] = [];
  private lastMs = -Infinity;
  private underWay: Promise<void> | null = null;
  private end: (() => void) | null = null;

  constructor(
    private readonly reader: MemoryReader,
    private readonly performance: PerformanceService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.end = this.performance.onSample(() => this.sampled());
  }

  async onModuleDestroy(): Promise<void> {
    this.end?.();
    await this.underWay;
  }

  /**
   * Points later than a moment, oldest first.
   *
   * @param most points; where there are more, every n-th one counted from the newest
   */
  since(afterMs: number, most: number): readonly MemoryPoint[] {
    const found = this.points.filter(({ atMs }) => atMs > afterMs);
    const step = Math.max(1, Math.ceil(found.length / most));
    return found.filter((_, index) => (found.length - 1 - index) % step === 0);
  }

  private sampled(): void {
    const nowMs = this.clock.nowMs();
    if (this.underWay || nowMs - this.lastMs < PERIOD_MS) return;
    this.lastMs = nowMs;
    this.underWay = this.take().finally(() => {
      this.underWay = null;
    });
  }

  private async take(): Promise<void> {
    try {
      const { devices } = await this.reader.read();
      const atMs = this.clock.wallMs();
      this.points.push({ atMs, devices: devices.map(heldOf) });
      this.forget(atMs - KEPT_MS);
    } catch (error) {
      this.log.warn(`a point of the memory's history is missing: ${String(error)}`);
    }
  }

  /** In pieces, because removing from the front moves all the others. */
  private forget(oldestMs: number): void {
    const old = this.points.findIndex(({ atMs }) => atMs >= oldestMs);
    if (old > this.points.length / 8) this.points = this.points.slice(old);
  }
}

function heldOf({ device, totalBytes, usedBytes, models }: HeldMemory): HeldMemory {
  const held = models.map(({ model, bytes }) => ({ model, bytes }));
  return { device, totalBytes, usedBytes, models: held };
}

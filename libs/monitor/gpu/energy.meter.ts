import { GpuReading, GpuSnapshot } from './gpu-reading.interface.js';

/** Energy of one device since the meter began. */
export interface GpuEnergy {
  readonly id: number;
  readonly uuid: string | null;
  readonly joules: number;
}

interface Account {
  readonly uuid: string | null;
  readonly joules: number;
  readonly watts: number;
  readonly atMs: number;
}

/** Adds up the power of the samples over time; time without samples does not count. */
export class EnergyMeter {
  private readonly accounts = new Map<number, Account>();

  /** Takes the next snapshot; a pause longer than `mostMs` is a gap. */
  add({ readings }: GpuSnapshot, mostMs: number): void {
    for (const reading of readings) this.count(reading, mostMs);
  }

  /** Energy of each device whose power is known, by id. */
  all(): readonly GpuEnergy[] {
    return [...this.accounts].map(([id, { uuid, joules }]) => ({ id, uuid, joules }));
  }

  private count({ id, atMs, sample }: GpuReading, mostMs: number): void {
    const { powerWatts: watts, uuid } = sample;
    if (watts === null) return;
    const before = this.accounts.get(id);
    const passedMs = before ? atMs - before.atMs : 0;
    const isGap = passedMs <= 0 || passedMs > mostMs;
    const grown = before && !isGap ? (((before.watts + watts) / 2) * passedMs) / 1000 : 0;
    this.accounts.set(id, { uuid, joules: (before?.joules ?? 0) + grown, watts, atMs });
  }
}

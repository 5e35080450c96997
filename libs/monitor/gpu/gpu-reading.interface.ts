import { GpuSample } from '#lib/plugin-api';

/** One device at one instant, with the id it keeps for the life of the program. */
export interface GpuReading {
  /** Unique over all probes. */
  readonly id: number;
  /** Wall-clock time, Unix milliseconds; strictly increasing from snapshot to snapshot. */
  readonly atMs: number;
  /** Names of the probes that contributed, the one with the highest priority first. */
  readonly sources: readonly string[];
  readonly sample: GpuSample;
}

/** All devices at one instant. */
export interface GpuSnapshot {
  readonly atMs: number;
  readonly readings: readonly GpuReading[];
}

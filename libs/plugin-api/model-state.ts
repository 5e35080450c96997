/**
 * The life of one model's process. `resident` means starting, ready or stopping: it holds memory.
 * There is no failed state: a failed start returns to `stopped`. `shutdown` is final.
 */
export type ModelState = 'stopped' | 'starting' | 'ready' | 'stopping' | 'shutdown';

/** Whether a process in this state holds memory. */
export function isResident(state: ModelState): boolean {
  return state === 'starting' || state === 'ready' || state === 'stopping';
}

/** Measured times of one model; null until there is a first measurement. */
export interface ModelStatistics {
  /** Spawn to ready, decayed average, milliseconds. */
  readonly loadMs: number | null;
  /** Stop signal to exit, decayed average, milliseconds. */
  readonly stopMs: number | null;
  /** Grant to completion, decayed average, milliseconds. */
  readonly serviceMs: number | null;
}

/**
 * Memory that a model needs or a device has, in bytes per device. The key is the device id (`gpu0`),
 * or {@link ANY_DEVICE} for an amount that may lie on any device.
 */
export type DeviceBytes = Readonly<Record<string, number>>;

/** Key of an amount of memory that is bound to no particular device. */
export const ANY_DEVICE = '*';

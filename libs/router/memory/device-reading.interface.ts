/** The memory of one device as it was read last. Unknown values are null. */
export interface DeviceReading {
  /** Id that budgets and needs use: `gpu0`. */
  readonly device: string;
  readonly totalBytes: number | null;
  readonly usedBytes: number | null;
  /** Memory per process id in bytes, where the driver tells. */
  readonly processes: ReadonlyMap<number, number> | null;
}

/** The newest readings; empty when nothing reads devices. */
export type DeviceReader = () => readonly DeviceReading[];

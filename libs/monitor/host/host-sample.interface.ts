/** Memory of the machine in bytes. Null: this system does not tell. */
export interface HostMemory {
  readonly totalBytes: number;
  /** Total minus available. */
  readonly usedBytes: number;
  /** What the kernel calls free; caches are neither used nor free. */
  readonly freeBytes: number;
  readonly availableBytes: number;
  readonly swapTotalBytes: number | null;
  readonly swapUsedBytes: number | null;
}

/** Counters of one network interface since boot. */
export interface NetworkCounters {
  readonly name: string;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** Share of time in percent in which some, or all, work stood still for want of a resource. */
export interface PressureShares {
  readonly some: number;
  readonly full: number | null;
}

/** Space of the file system that holds a folder. */
export interface DiskSpace {
  readonly path: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** The machine at one instant. Null: this system does not tell. */
export interface HostReading {
  /** Busy share of each logical CPU since the previous reading, 0 to 100. */
  readonly cpuPercentPerCore: readonly number[];
  readonly memory: HostMemory;
  /** Load means over 1, 5 and 15 minutes. */
  readonly load: readonly [number, number, number] | null;
  readonly network: readonly NetworkCounters[] | null;
  readonly pressure: {
    readonly cpu: PressureShares | null;
    readonly memory: PressureShares | null;
    readonly io: PressureShares | null;
  } | null;
}

/** A reading with its time and what only the program itself knows. */
export interface HostSample extends HostReading {
  /** Wall-clock time, Unix milliseconds; strictly increasing. */
  readonly atMs: number;
  readonly disks: readonly DiskSpace[];
}

/** Reads the machine. */
export interface HostSampler {
  /** @throws Error when CPU or memory cannot be read. */
  read(): Promise<HostReading>;
}

/** Injection token of the {@link HostSampler} of this system. */
export const HOST_SAMPLER = Symbol.for('drover:host-sampler');

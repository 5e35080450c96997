import { ProbeWorld } from './probe-world.interface.js';

/**
 * A GPU probe reads the devices of one vendor or through one tool. Several probes may be active at
 * once; their samples are merged by PCI address or UUID.
 *
 * Life cycle:
 * 1. `detect` tells whether the probe can work on this machine. It is bounded by `signal`. A
 *    {@link ProbeError} says why it cannot although its tool is there; one with the reason `absent`
 *    says what is missing, in words for whoever asks why a GPU is not seen, and counts as no failure.
 * 2. `start` begins to deliver samples about every `periodMs` milliseconds through `sink.samples`, all
 *    devices in one call; it reports an end or a failure through `sink.failed`, once. Drover restarts
 *    it with growing pauses.
 * 3. `stop` ends it and resolves when its children, sockets and timers are gone.
 *
 * @example
 * ```ts
 * \@GpuProbe('acme')
 * export class AcmeProbe extends PollingGpuProbe {
 *   override readonly priority = 45;
 *   async detect(context: GpuProbeContext): Promise<boolean> { … }
 *   protected async sample(context: GpuProbeContext, signal: AbortSignal): Promise<GpuSample[]> { … }
 * }
 * ```
 */
export interface GpuProbePlugin {
  /** Where probes tell different values of one field the higher priority wins; built-in: 10 to 80. */
  readonly priority: number;
  detect(context: GpuProbeContext, signal: AbortSignal): Promise<boolean>;
  start(context: GpuProbeContext, sink: GpuSampleSink): GpuProbeHandle;
  /** What does not change while the machine runs, where the probe can tell. Asked for rarely. */
  inventory?(context: GpuProbeContext, signal: AbortSignal): Promise<readonly GpuInventoryItem[]>;
}

/** An accelerator as it is built into the machine. Unknown values are null. */
export interface GpuInventoryItem {
  readonly kind: 'gpu' | 'npu' | 'other';
  /** Identity by which the answers of several probes are joined; null: not joined. */
  readonly pciAddress: string | null;
  readonly uuid: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly architecture: string | null;
  readonly memoryKind: GpuMemoryKind;
  readonly memoryBytes: number | null;
  readonly driverName: string | null;
  readonly driverVersion: string | null;
  readonly powerLimitWatts: number | null;
  /** Parts into which the device is divided (MIG). */
  readonly instances: readonly GpuInstance[];
}

/** A part of a divided device. */
export interface GpuInstance {
  /** For example `3g.20gb`. */
  readonly profile: string;
  readonly uuid: string;
}

/** The outside world of a probe; injected, so that probes can be tested without a GPU. */
export interface GpuProbeContext {
  readonly periodMs: number;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Size of the machine's memory, for GPUs that share it. */
  readonly memoryTotalBytes: number;
  readonly world: ProbeWorld;
}

/** Where a probe delivers. */
export interface GpuSampleSink {
  samples(samples: readonly GpuSample[]): void;
  failed(error: Error): void;
  /** Something is wrong, a lost device for example, and the rest goes on. */
  trouble?(error: ProbeError): void;
}

/** A running probe. */
export interface GpuProbeHandle {
  stop(): Promise<void>;
}

/** Whether a device has its own memory or takes a share of the machine's. */
export type GpuMemoryKind = 'dedicated' | 'unified' | 'shared_system' | 'unknown';

/** One reading of one device. Unknown values are null, never 0. */
export interface GpuSample {
  /** Index as the tool counts. */
  readonly index: number;
  /** Stable identity as the tool tells it; null if it tells none. */
  readonly uuid: string | null;
  /** `0000:01:00.0`, lower case; see {@link pciAddressOf}. */
  readonly pciAddress: string | null;
  readonly name: string | null;
  /** `NVIDIA`, `AMD`, `Intel`, `Apple`. */
  readonly vendor: string | null;
  readonly driverVersion: string | null;
  readonly temperatureCelsius: number | null;
  /** Name of the sensor behind `temperatureCelsius`. */
  readonly temperatureSource: string | null;
  readonly memoryTemperatureCelsius: number | null;
  readonly utilizationPercent: number | null;
  /** Used share of the memory. */
  readonly memoryUtilizationPercent: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  readonly memoryKind: GpuMemoryKind;
  readonly fanPercent: number | null;
  readonly powerWatts: number | null;
  readonly powerLimitWatts: number | null;
  /** Present core clock. */
  readonly clockHertz: number | null;
  readonly memoryClockHertz: number | null;
  /** Share of the time in which the memory was read or written; not how full it is. */
  readonly memoryBusyPercent: number | null;
  /** `P0` (fastest) to `P15`. */
  readonly performanceState: string | null;
  /** Why the clocks are held down, in the driver's own words; empty: they are not. */
  readonly throttleReasons: readonly string[] | null;
  /** Memory errors since the driver was loaded that could not be corrected. */
  readonly uncorrectedErrors: number | null;
  /** Parts into which the device is divided (MIG). */
  readonly instances: readonly GpuInstance[] | null;
  /** Memory per process id in bytes, where the driver tells. */
  readonly processes: ReadonlyMap<number, number> | null;
  /** What the compatible API must show where it differs from what follows from the fields above. */
  readonly compatible?: CompatibleGpuFigures;
}

/** Deviations of the compatible API, which tools of this API's users know. */
export interface CompatibleGpuFigures {
  readonly name?: string;
  readonly uuid?: string;
  readonly memoryUsedBytes?: number;
  readonly memoryTotalBytes?: number;
  readonly fanPercent?: number;
  readonly temperatureCelsius?: number;
  readonly memoryTemperatureCelsius?: number;
  readonly utilizationPercent?: number;
  readonly powerWatts?: number;
  /** Left out of the compatible API altogether. */
  readonly isHidden?: boolean;
}

/** Why a probe does not work, for displays and the metric `drover_probe_errors_total`. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';

  /**
   * @param reason One word of a small set, such as `driver_unreachable` or `timeout`; `absent` where
   *   nothing of what the probe reads is there.
   */
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A GPU probe reads the devices of one vendor or through one tool.
 *
 * Life cycle:
 * 1. `detect` tells whether the probe can work on this machine. It is bounded by `signal`.
 * 2. `start` begins to deliver samples about every `periodMs` milliseconds through `sink.samples`; it reports an
 *    end or a failure through `sink.failed`, once. Drover restarts it with growing pauses.
 * 3. `stop` ends it and resolves when its children, sockets and timers are gone.
 */
export interface GpuProbePlugin {
  detect(context: GpuProbeContext, signal: AbortSignal): Promise<boolean>;
  start(context: GpuProbeContext, sink: GpuSampleSink): GpuProbeHandle;
}

/** The outside world of a probe; injected, so that probes can be tested without a GPU. */
export interface GpuProbeContext {
  readonly periodMs: number;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where a probe delivers. */
export interface GpuSampleSink {
  samples(samples: readonly GpuSample[]): void;
  failed(error: Error): void;
}

/** A running probe. */
export interface GpuProbeHandle {
  stop(): Promise<void>;
}

/** One reading of one device. Unknown values are null, never 0. */
export interface GpuSample {
  /** Index as the tool counts. */
  readonly index: number;
  /** Stable identity (UUID or PCI address); null if the tool tells none. */
  readonly uuid: string | null;
  readonly pciAddress: string | null;
  readonly name: string;
  readonly temperatureCelsius: number | null;
  readonly memoryTemperatureCelsius: number | null;
  readonly utilizationPercent: number | null;
  readonly memoryUtilizationPercent: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  readonly fanPercent: number | null;
  readonly powerWatts: number | null;
  /** Memory per process id in bytes, where the driver tells. */
  readonly processes: ReadonlyMap<number, number> | null;
}

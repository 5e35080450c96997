import {
  GpuProbeContext,
  GpuProbeHandle,
  GpuProbePlugin,
  GpuSample,
  GpuSampleSink,
} from './gpu-probe.interface.js';

/**
 * Base of probes that ask once per period. Polls never overlap; the first one begins at once. A poll
 * that throws ends the probe, as the contract wants it.
 */
export abstract class PollingGpuProbe implements GpuProbePlugin {
  abstract readonly priority: number;

  abstract detect(context: GpuProbeContext, signal: AbortSignal): Promise<boolean>;

  start(context: GpuProbeContext, sink: GpuSampleSink): GpuProbeHandle {
    return new PollLoop(context, sink, (signal) => this.sample(context, signal));
  }

  /** Reads all devices once. @throws ProbeError when that is not possible. */
  protected abstract sample(
    context: GpuProbeContext,
    signal: AbortSignal,
  ): Promise<readonly GpuSample[]>;
}

class PollLoop implements GpuProbeHandle {
  private readonly stopped = new AbortController();
  private cancelTimer: (() => void) | null = null;
  private running: Promise<void>;

  constructor(
    private readonly context: GpuProbeContext,
    private readonly sink: GpuSampleSink,
    private readonly sample: (signal: AbortSignal) => Promise<readonly GpuSample[]>,
  ) {
    this.running = this.poll();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.cancelTimer?.();
    await this.running;
  }

  private async poll(): Promise<void> {
    const { world, periodMs } = this.context;
    const startedMs = world.nowMs();
    const { signal } = this.stopped;
    try {
      const samples = await this.sample(signal);
      if (signal.aborted) return;
      this.sink.samples(samples);
      const restMs = Math.max(0, startedMs + periodMs - world.nowMs());
      this.cancelTimer = world.after(restMs, () => {
        this.running = this.poll();
      });
    } catch (error) {
      if (!signal.aborted) this.sink.failed(asError(error));
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

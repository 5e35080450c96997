import {
  GpuProbeContext,
  GpuProbeHandle,
  GpuSample,
  GpuSampleSink,
  ProbeError,
} from './gpu-probe.interface.js';
import { FollowedProgram, ProgramEnd } from './probe-world.interface.js';
import { SilenceWatchdog } from './silence-watchdog.js';

/** A program that prints a round of samples per line. */
export interface FollowedGpuTool {
  /** Name for messages. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** The samples of a line; null for a line that is none. The signal ends with the probe. */
  readonly read: (line: string, signal: AbortSignal) => Promise<readonly GpuSample[] | null>;
}

/**
 * Follows a program until it ends, falls silent for three periods or is stopped: the handle of probes
 * whose tool prints by itself.
 */
export class FollowedGpuProbe implements GpuProbeHandle {
  private readonly stopped = new AbortController();
  private readonly followed: FollowedProgram;
  private readonly watchdog: SilenceWatchdog;

  constructor(
    private readonly tool: FollowedGpuTool,
    context: GpuProbeContext,
    private readonly sink: GpuSampleSink,
  ) {
    this.followed = context.world.followProgram(tool.program, tool.args, {
      line: (text) => void this.take(text),
      ended: (end) => void this.fail(this.endError(end)),
    });
    const words = `${tool.name} has printed nothing for three intervals`;
    this.watchdog = new SilenceWatchdog(context, () => {
      void this.fail(new ProbeError('silent', words));
    });
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.watchdog.stop();
    await this.followed.kill();
  }

  private async take(text: string): Promise<void> {
    const { signal } = this.stopped;
    const samples = await this.tool.read(text, signal);
    if (samples === null || signal.aborted) return;
    this.watchdog.alive();
    this.sink.samples(samples);
  }

  private async fail(error: ProbeError): Promise<void> {
    if (this.stopped.signal.aborted) return;
    await this.stop();
    this.sink.failed(error);
  }

  private endError({ code, signal, stderr }: ProgramEnd): ProbeError {
    const how = signal ?? `code ${String(code)}`;
    return new ProbeError('exited', `${this.tool.name} has ended (${how}) ${stderr.trim()}`.trim());
  }
}

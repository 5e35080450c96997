import {
  FollowedProgram,
  GpuProbeContext,
  GpuProbeHandle,
  GpuSample,
  GpuSampleSink,
  ProbeError,
  ProgramEnd,
  SilenceWatchdog,
} from '#lib/plugin-api';
import { ComputeProcesses } from './compute-processes.js';
import { MigInstances } from './mig.instances.js';
import { ExtraColumn, queryArguments } from './nvidia-columns.js';
import { parseNvidiaRow } from './nvidia-csv.js';
import { nvidiaErrorClass, nvidiaFailure } from './nvidia-errors.js';
import { SnapshotGrouper } from './snapshot-grouper.js';

/** What the loop is started with. */
export interface NvidiaLoopOptions {
  readonly program: string;
  readonly extras: readonly ExtraColumn[];
  readonly context: GpuProbeContext;
  readonly sink: GpuSampleSink;
}

/** One `nvidia-smi --loop`, until it ends, falls silent or is stopped. */
export class NvidiaLoop implements GpuProbeHandle {
  private readonly loop: FollowedProgram;
  private readonly processes: ComputeProcesses;
  private readonly instances: MigInstances;
  private readonly grouper: SnapshotGrouper;
  private readonly watchdog: SilenceWatchdog;
  /** What is printed beside the rows: the tool's own words about a failure. */
  private words = '';
  private isOver = false;

  constructor(private readonly options: NvidiaLoopOptions) {
    const { program, extras, context, sink } = options;
    const seconds = Math.max(1, Math.floor(context.periodMs / 1000));
    this.grouper = new SnapshotGrouper(
      (delayMs, callback) => context.world.after(delayMs, callback),
      (samples) => sink.samples(samples.map((sample) => this.complete(sample))),
    );
    const args = [...queryArguments(extras), '--loop', String(seconds)];
    // First what may throw: nothing has to be taken back then.
    this.loop = context.world.followProgram(program, args, {
      line: (text) => this.read(text),
      ended: (end) => {
        if (!this.isOver) this.grouper.flush();
        this.fail(this.endError(end));
      },
    });
    this.processes = new ComputeProcesses(context, program, seconds);
    this.instances = new MigInstances(context, program);
    this.watchdog = new SilenceWatchdog(context, () => this.fail(silence()));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.release();
  }

  private complete(sample: GpuSample): GpuSample {
    return this.instances.attach(this.processes.attach(sample));
  }

  private read(text: string): void {
    const sample = parseNvidiaRow(text, this.options.extras);
    if (!sample) {
      this.words = `${this.words}${text}\n`.slice(-2048);
      // One card is lost, the others go on.
      if (nvidiaErrorClass(text) === 'gpu_lost') this.options.sink.trouble?.(nvidiaFailure(text));
      return;
    }
    this.grouper.add(sample);
    this.watchdog.alive();
  }

  private fail(error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    void this.report(error);
  }

  private async report(error: Error): Promise<void> {
    await this.release();
    this.options.sink.failed(error);
  }

  private async release(): Promise<void> {
    this.watchdog.stop();
    this.grouper.close();
    await Promise.all([this.loop.kill(), this.processes.stop(), this.instances.stop()]);
  }

  private endError(end: ProgramEnd): ProbeError {
    const output = `${this.words}${end.stderr}`;
    // A kill has nothing to do with what was printed before it.
    if (end.signal === null && nvidiaErrorClass(output)) return nvidiaFailure(output);
    const how = end.signal ?? `code ${String(end.code)}`;
    return new ProbeError('exited', `nvidia-smi has ended (${how}) ${output.trim()}`.trim());
  }
}

function silence(): ProbeError {
  return new ProbeError('silent', 'nvidia-smi has printed nothing for three intervals');
}

import { FollowedProgram, GpuProbeContext, GpuSample } from '#lib/plugin-api';
import { parseComputeRow } from './nvidia-csv.js';

const QUERY = ['--query-compute-apps=gpu_uuid,pid,used_memory', '--format=csv,noheader,nounits'];
/** A round of the loop is over after this silence. */
const SILENCE_MS = 250;
/** Pause before a loop that has ended is tried again. */
const PAUSE_MS = 60_000;

/**
 * Follows the memory that each process holds on each GPU. A driver that does not tell leaves the
 * figures unknown; that never ends the probe.
 */
export class ComputeProcesses {
  private round = new Map<string, Map<number, number>>();
  private lastLineMs = Number.NEGATIVE_INFINITY;
  private isTold = false;
  private isStopped = false;
  private loop: FollowedProgram | null = null;
  private cancelTimer = (): void => {};

  constructor(
    private readonly context: GpuProbeContext,
    private readonly program: string,
    private readonly seconds: number,
  ) {
    this.follow();
  }

  /** The sample with the processes of its device, where the driver tells. */
  attach(sample: GpuSample): GpuSample {
    if (!this.isTold || sample.uuid === null) return sample;
    const isFresh = this.context.world.nowMs() - this.lastLineMs <= 2 * this.context.periodMs;
    const processes = isFresh ? this.round.get(sample.uuid) : undefined;
    return { ...sample, processes: processes ?? new Map() };
  }

  /** Ends the loop. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.cancelTimer();
    await this.loop?.kill();
  }

  private follow(): void {
    const { world } = this.context;
    try {
      this.loop = world.followProgram(this.program, [...QUERY, '--loop', String(this.seconds)], {
        line: (text) => this.add(text),
        ended: () => this.pause(),
      });
    } catch {
      this.pause();
    }
  }

  private pause(): void {
    this.isTold = false;
    if (this.isStopped) return;
    this.cancelTimer = this.context.world.after(PAUSE_MS, () => this.follow());
  }

  private add(text: string): void {
    const row = parseComputeRow(text);
    if (!row) return;
    const nowMs = this.context.world.nowMs();
    if (nowMs - this.lastLineMs > SILENCE_MS) this.round = new Map();
    this.lastLineMs = nowMs;
    this.isTold = true;
    const processes = this.round.get(row.uuid) ?? new Map<number, number>();
    // A process that uses several parts of a device has a row for each.
    processes.set(row.pid, (processes.get(row.pid) ?? 0) + row.memoryBytes);
    this.round.set(row.uuid, processes);
  }
}

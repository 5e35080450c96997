import { Readable } from 'node:stream';
import { CancelTimer, Clock } from '#lib/foundation';

/** How a program ended; `error` when it could not be started. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: Error | null;
}

/** Where the output of a program goes, and who hears of its end. */
export interface ProcessOutput {
  readonly stdout: (bytes: Buffer) => void;
  readonly stderr: (bytes: Buffer) => void;
  /** The process is gone for good, at once or long after it was given up. */
  readonly gone: () => void;
}

/** What is needed of a child process. */
export interface ToolChild {
  readonly pid?: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  kill(signal: NodeJS.Signals): boolean;
  once(event: 'error', listener: (error: Error) => void): unknown;
  once(
    event: 'exit' | 'close',
    listener: (code: number | null, signal: NodeJS.Signals | null) => void,
  ): unknown;
}

/** What a {@link ProgramProcess} reaches the system by. */
export interface ProcessMeans {
  readonly clock: Clock;
  /** Sends a signal to a process group; false when there is none. */
  readonly signalGroup: (leader: number, name: NodeJS.Signals) => boolean;
}

/** Time between the request to end and the order. */
const GRACE_MS = 1000;
/** What the order does not end hangs inside the kernel, in a driver; it is not waited for longer. */
const LOST_MS = 1000;
/** A grandchild may hold the pipes open after the end; they are not waited for longer. */
const PIPE_MS = 500;

/** A running program of a probe, the leader of its own process group. */
export class ProgramProcess {
  /** Resolves when the program has ended and its output was read, or when it was given up. */
  readonly ended: Promise<ProcessEnd>;
  private readonly end = Promise.withResolvers<ProcessEnd>();
  private killing: Promise<void> | null = null;
  private cancelPipes: CancelTimer = () => {};
  private isOver = false;

  constructor(
    private readonly child: ToolChild,
    private readonly output: ProcessOutput,
    private readonly means: ProcessMeans,
  ) {
    child.stdout.on('data', output.stdout);
    child.stderr.on('data', output.stderr);
    this.ended = this.end.promise;
    this.watch();
  }

  /** Ends the program; resolves when it is gone, or when nothing can end it. */
  async kill(): Promise<void> {
    if (this.isOver) return;
    this.killing ??= this.order();
    await this.killing;
  }

  private async order(): Promise<void> {
    this.signal('SIGTERM');
    let cancelTimer = this.means.clock.after(GRACE_MS, () => {
      this.signal('SIGKILL');
      const lost = { code: null, signal: null };
      cancelTimer = this.means.clock.after(LOST_MS, () => this.finish(lost));
    });
    await this.ended;
    cancelTimer();
  }

  /** Tools may be wrapper scripts, so the whole group is meant where the program leads one. */
  private signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (!this.signalGroup(name)) this.child.kill(name);
  }

  private signalGroup(name: 'SIGTERM' | 'SIGKILL'): boolean {
    const { pid } = this.child;
    return pid !== undefined && this.means.signalGroup(pid, name);
  }

  private watch(): void {
    const { child } = this;
    child.once('error', (error) => {
      this.output.gone();
      this.finish({ code: null, signal: null }, error);
    });
    child.once('exit', (code, signal) => {
      // What a wrapper script leaves of its group has nobody to read it any more.
      this.signalGroup('SIGKILL');
      this.output.gone();
      this.cancelPipes = this.means.clock.after(PIPE_MS, () => this.finish({ code, signal }));
    });
    child.once('close', (code, signal) => {
      this.cancelPipes();
      this.finish({ code, signal });
    });
  }

  private finish(end: Omit<ProcessEnd, 'error'>, error: Error | null = null): void {
    if (this.isOver) return;
    this.isOver = true;
    this.child.stdout.destroy();
    this.child.stderr.destroy();
    this.end.resolve({ ...end, error });
  }
}

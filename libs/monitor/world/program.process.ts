import { ChildProcessByStdio } from 'node:child_process';
import { Readable } from 'node:stream';
import { CancelTimer, Clock } from '#lib/foundation';

/** How a program ended; `error` when it could not be started. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: Error | null;
}

/** Where the output of a program goes. */
export interface ProcessOutput {
  readonly stdout: (bytes: Buffer) => void;
  readonly stderr: (bytes: Buffer) => void;
}

/** Time between the request to end and the order. */
const GRACE_MS = 1000;
/** A grandchild may hold the pipes open after the end; they are not waited for longer. */
const PIPE_MS = 500;

/** A running program of a probe, the leader of its own process group. */
export class ProgramProcess {
  /** Resolves when the program has ended and its output was read. */
  readonly ended: Promise<ProcessEnd>;
  private readonly isLeader: boolean;
  private isOver = false;

  constructor(
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
    output: ProcessOutput,
    private readonly clock: Clock,
  ) {
    this.isLeader = process.platform !== 'win32';
    child.stdout.on('data', output.stdout);
    child.stderr.on('data', output.stderr);
    this.ended = this.watch();
  }

  /** Ends the program; resolves when it is gone. */
  async kill(): Promise<void> {
    if (!this.isOver) {
      this.signal('SIGTERM');
      const cancelTimer = this.clock.after(GRACE_MS, () => this.signal('SIGKILL'));
      await this.ended;
      cancelTimer();
    }
  }

  /** Tools may be wrapper scripts, so the whole group is meant where the program leads one. */
  private signal(name: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(this.isLeader ? -pid : pid, name);
    } catch {
      this.child.kill(name);
    }
  }

  private watch(): Promise<ProcessEnd> {
    const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
    const { child } = this;
    const end = (result: ProcessEnd): void => {
      this.isOver = true;
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(result);
    };
    child.once('error', (error) => end({ code: null, signal: null, error }));
    let cancelTimer: CancelTimer | null = null;
    child.once('exit', (code, signal) => {
      cancelTimer = this.clock.after(PIPE_MS, () => end({ code, signal, error: null }));
    });
    child.once('close', (code, signal) => {
      cancelTimer?.();
      end({ code, signal, error: null });
    });
    return promise;
  }
}

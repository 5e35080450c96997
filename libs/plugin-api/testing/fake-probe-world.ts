import {
  FollowedProgram,
  LineListener,
  ProbeSocket,
  ProbeWorld,
  ProgramResult,
  RunLimits,
  SocketListener,
} from '../probe-world.interface.js';
import { GpuProbeContext } from '../gpu-probe.interface.js';

/** A program started by a probe under test. */
export interface FakeProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly listener: LineListener;
  isKilled: boolean;
}

/** A connection opened by a probe under test. */
export interface FakeSocket {
  readonly path: string;
  readonly listener: SocketListener;
  readonly written: string[];
  isClosed: boolean;
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/**
 * The outside world of a probe under test: time moves when told to, programs and sockets do what the
 * test says. What a test has not prepared is not there.
 */
export class FakeProbeWorld implements ProbeWorld {
  /** Programs that are found, with what one run of them yields. */
  readonly programs = new Map<string, (args: readonly string[]) => ProgramResult>();
  /** Files by path; a socket is a file too. */
  readonly files = new Map<string, string>();
  /** Symbolic links, with what they lead to; a folder lists them like files. */
  readonly links = new Map<string, string>();
  readonly followed: FakeProgram[] = [];
  readonly sockets: FakeSocket[] = [];
  /** Runs so far, as `program arg arg`. */
  readonly runs: string[] = [];
  /** Called for each line that is written to a socket. */
  onWrite: (socket: FakeSocket, line: string) => void = () => {};
  private currentMs = 0;
  private readonly timers = new Set<Timer>();

  /** A context over this world. */
  context(changes: Partial<GpuProbeContext> = {}): GpuProbeContext {
    const memoryTotalBytes = 64 * 1024 ** 3;
    const base = { periodMs: 5000, platform: 'linux' as const, env: {}, memoryTotalBytes };
    return { ...base, world: this, ...changes };
  }

  /** Moves the time and fires what is due; promise callbacks run before and after. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.currentMs + durationMs;
    await settle();
    for (let timer = this.next(endMs); timer; timer = this.next(endMs)) {
      this.timers.delete(timer);
      this.currentMs = Math.max(this.currentMs, timer.dueMs);
      timer.callback();
      await settle();
    }
    this.currentMs = endMs;
  }

  /** Timers that are set: more than none at the end of a test is a leak. */
  get pendingTimers(): number {
    return this.timers.size;
  }

  nowMs(): number {
    return this.currentMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.currentMs + delayMs, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  async findProgram(name: string): Promise<string | null> {
    return this.programs.has(name) ? name : null;
  }

  async runProgram(
    program: string,
    args: readonly string[],
    limits: RunLimits,
  ): Promise<ProgramResult> {
    limits.signal.throwIfAborted();
    this.runs.push([program, ...args].join(' '));
    const run = this.programs.get(program);
    if (!run) throw new Error(`the test knows no program ${program}`);
    return run(args);
  }

  followProgram(program: string, args: readonly string[], listener: LineListener): FollowedProgram {
    const fake: FakeProgram = { program, args, listener, isKilled: false };
    this.followed.push(fake);
    return {
      kill: async () => {
        fake.isKilled = true;
      },
    };
  }

  async readText(path: string): Promise<string | null> {
    return this.files.get(path) ?? null;
  }

  async readLink(path: string): Promise<string | null> {
    return this.links.get(path) ?? null;
  }

  async exists(path: string): Promise<boolean> {
    return this.files.has(path);
  }

  async listFolder(path: string): Promise<readonly string[]> {
    const paths = [...this.files.keys(), ...this.links.keys()];
    const inside = paths.filter((file) => file.startsWith(`${path}/`));
    const names = inside.map((file) => file.slice(path.length + 1).split('/')[0]!);
    return [...new Set(names)].toSorted();
  }

  async connectSocket(path: string, listener: SocketListener): Promise<ProbeSocket> {
    if (!this.files.has(path)) throw new Error(`connect ECONNREFUSED ${path}`);
    const socket: FakeSocket = { path, listener, written: [], isClosed: false };
    this.sockets.push(socket);
    return {
      write: (text) => {
        socket.written.push(text);
        this.onWrite(socket, text);
      },
      close: () => {
        socket.isClosed = true;
      },
    };
  }

  private next(endMs: number): Timer | undefined {
    return [...this.timers]
      .filter((timer) => timer.dueMs <= endMs)
      .toSorted((a, b) => a.dueMs - b.dueMs)[0];
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

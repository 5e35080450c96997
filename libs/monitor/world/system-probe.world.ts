import { constants } from 'node:fs';
import { access, readFile, readdir, readlink, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { Clock } from '#lib/foundation';
import {
  FollowedProgram,
  LineListener,
  ProbeError,
  ProbeSocket,
  ProbeWorld,
  ProgramResult,
  RunLimits,
  SocketListener,
} from '#lib/plugin-api';
import { LineSplitter } from './line-splitter.js';
import { BoundedText, boundedText } from './bounded-text.js';
import { FloodGate } from './flood.gate.js';
import { NO_TOOL_GUARD, ToolGuard } from './tool-guard.interface.js';
import { ToolStarter, realTools } from './tool.starter.js';

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
const MAX_STDERR_BYTES = 4096;
const CONNECT_TIMEOUT_MS = 2000;

/** The real world of the probes. */
export class SystemProbeWorld implements ProbeWorld {
  private readonly tools: ToolStarter;

  // oxlint-disable-next-line max-params -- what there is of a world
  constructor(
    private readonly clock: Clock,
    private readonly env: Readonly<Record<string, string | undefined>>,
    private readonly platform: NodeJS.Platform,
    guard: ToolGuard = NO_TOOL_GUARD,
  ) {
    this.tools = new ToolStarter({ clock, guard, env, system: realTools(platform) });
  }

  /** Ends every program that a probe has started; resolves when none is left that can be ended. */
  close(): Promise<void> {
    return this.tools.close();
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.clock.after(delayMs, callback);
  }

  async findProgram(name: string, moreFolders: readonly string[] = []): Promise<string | null> {
    const folders = [...(this.env['PATH'] ?? '').split(delimiter), ...moreFolders];
    const endings = this.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
    for (const folder of folders.filter((path) => path !== '')) {
      for (const ending of endings) {
        const path = join(folder, name + ending);
        if (await isExecutable(path)) return path;
      }
    }
    return null;
  }

  async runProgram(
    program: string,
    args: readonly string[],
    limits: RunLimits,
  ): Promise<ProgramResult> {
    limits.signal.throwIfAborted();
    const stdout = boundedText(MAX_OUTPUT_BYTES);
    const stderr = boundedText(MAX_OUTPUT_BYTES);
    let failure: ProbeError | null = null;
    const end = (reason: string, words: string): void => {
      failure ??= new ProbeError(reason, `${program} ${words}`);
      void child.kill();
    };
    const lines = new LineSplitter((line) => {
      if (limits.isEnough?.(line)) void child.kill();
    });
    let size = 0;
    const take = (bytes: Buffer, text: BoundedText): void => {
      text.push(bytes);
      size += bytes.length;
      if (size > MAX_OUTPUT_BYTES) end('too_much_output', 'prints too much');
    };
    const child = this.tools.start(program, args, {
      stdout: (bytes) => {
        take(bytes, stdout);
        if (limits.isEnough) lines.push(bytes);
      },
      stderr: (bytes) => take(bytes, stderr),
    });
    const cancelTimer = this.clock.after(limits.timeoutMs, () => end('timeout', 'takes too long'));
    const abort = (): void => end('aborted', 'was interrupted');
    limits.signal.addEventListener('abort', abort, { once: true });
    const { code, error } = await child.ended;
    cancelTimer();
    limits.signal.removeEventListener('abort', abort);
    if (failure) throw failure;
    if (error) throw new ProbeError('not_found', `${program} cannot be started: ${error.message}`);
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  }

  followProgram(program: string, args: readonly string[], listener: LineListener): FollowedProgram {
    const lines = new LineSplitter((text) => listener.line(text));
    const stderr = boundedText(MAX_STDERR_BYTES);
    const flood = new FloodGate(this.clock, () => {
      stderr.push(Buffer.from('it prints too much'));
      void child.kill();
    });
    const child = this.tools.start(program, args, {
      stdout: (bytes) => {
        if (flood.lets(bytes.length)) lines.push(bytes);
      },
      stderr: (bytes) => {
        if (flood.lets(bytes.length)) stderr.push(bytes);
      },
    });
    const report = async (): Promise<void> => {
      const { code, signal, error } = await child.ended;
      lines.finish();
      listener.ended({ code, signal, stderr: error ? error.message : stderr.text() });
    };
    void report();
    return { kill: () => child.kill() };
  }

  async readText(path: string): Promise<string | null> {
    try {
      return await readFile(path, 'utf8');
    } catch {
      return null;
    }
  }

  async readLink(path: string): Promise<string | null> {
    try {
      return await readlink(path);
    } catch {
      return null;
    }
  }

  async exists(path: string): Promise<boolean> {
    return await isAccessible(path, constants.F_OK);
  }

  async listFolder(path: string): Promise<readonly string[]> {
    try {
      return (await readdir(path)).toSorted();
    } catch {
      return [];
    }
  }

  async connectSocket(path: string, listener: SocketListener): Promise<ProbeSocket> {
    const socket = connect(path);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once('connect', resolve).once('error', reject);
    const cancelTimer = this.clock.after(CONNECT_TIMEOUT_MS, () => {
      socket.destroy(new ProbeError('timeout', `${path} does not accept the connection`));
    });
    await promise.finally(cancelTimer);
    const lines = new LineSplitter((text) => listener.line(text));
    let failure: Error | null = null;
    socket.on('data', (bytes: Buffer) => lines.push(bytes));
    socket.on('error', (error) => (failure = error));
    socket.on('close', () => listener.closed(failure));
    socket.unref();
    return { write: (text) => socket.write(text), close: () => socket.destroy() };
  }
}

/** A folder may be gone through, which is the same right. */
async function isExecutable(path: string): Promise<boolean> {
  if (!(await isAccessible(path, constants.X_OK))) return false;
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

async function isAccessible(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}

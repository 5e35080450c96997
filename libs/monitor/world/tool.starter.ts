import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { Clock } from '#lib/foundation';
import { ProbeError } from '#lib/plugin-api';
import { ProcessOutput, ProgramProcess, ToolChild } from './program.process.js';
import { ToolGuard } from './tool-guard.interface.js';

/** What a {@link ToolStarter} works with. */
export interface ToolStarterPorts {
  readonly clock: Clock;
  readonly guard: ToolGuard;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly system: ToolSystem;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How child processes are started and reached. */
export interface ToolSystem {
  spawn(file: string, args: readonly string[], env: Environment): ToolChild;
  /** Sends a signal to a process group; false when there is none. */
  signalGroup(leader: number, name: NodeJS.Signals): boolean;
}

/**
 * Starts the programs of probes: without standard input, with `LC_ALL=C`, guarded, each the leader of
 * a process group. A program that cannot be ended, because it hangs inside a driver, is not started a
 * second time while it is there: such processes would pile up.
 */
export class ToolStarter {
  /** Programs that run, with their process ids. */
  private readonly running = new Map<string, Set<number>>();
  /** Processes that were ordered to end and did not. */
  private readonly stuck = new Set<number>();
  private readonly programs = new Set<ProgramProcess>();
  private isClosed = false;

  constructor(private readonly ports: ToolStarterPorts) {}

  /** @throws ProbeError `stuck` while an earlier run cannot be ended, `aborted` behind {@link close}. */
  start(
    program: string,
    args: readonly string[],
    output: Omit<ProcessOutput, 'gone'>,
  ): ProgramProcess {
    if (this.isClosed) throw new ProbeError('aborted', `${program} is not started any more`);
    const pids = this.pidsOf(program);
    for (const pid of pids) if (this.stuck.has(pid)) throw stuckError(program, pid);
    const { clock, guard, env, system } = this.ports;
    const signalGroup = (leader: number, name: NodeJS.Signals): boolean =>
      system.signalGroup(leader, name);
    const tool = guard.wrap(program, args);
    const child = system.spawn(tool.file, tool.args, { ...env, LC_ALL: 'C', ...tool.env });
    const { pid } = child;
    if (pid !== undefined) {
      pids.add(pid);
      guard.adopt(pid, basename(program));
    }
    const gone = (): void => {
      if (pid === undefined) return;
      pids.delete(pid);
      this.stuck.delete(pid);
      guard.release(pid);
    };
    const started = new ProgramProcess(child, { ...output, gone }, { clock, signalGroup });
    this.programs.add(started);
    void this.follow(started, pid, pids);
    return started;
  }

  /** Ends every program and starts none any more; resolves when none is left that can be ended. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.programs].map((program) => program.kill()));
  }

  /** What is still among those that run when its end is told was given up. */
  private async follow(
    program: ProgramProcess,
    pid: number | undefined,
    running: ReadonlySet<number>,
  ): Promise<void> {
    await program.ended;
    this.programs.delete(program);
    if (pid !== undefined && running.has(pid)) this.stuck.add(pid);
  }

  private pidsOf(program: string): Set<number> {
    const pids = this.running.get(program) ?? new Set<number>();
    this.running.set(program, pids);
    return pids;
  }
}

/** The child processes of this very process. */
export function realTools(platform: NodeJS.Platform): ToolSystem {
  const isGrouped = platform !== 'win32';
  return {
    spawn: (file, args, env) =>
      spawn(file, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env,
        windowsHide: true,
        detached: isGrouped,
      }),
    signalGroup: (leader, name) => {
      if (!isGrouped) return false;
      try {
        return process.kill(-leader, name);
      } catch {
        return false;
      }
    },
  };
}

function stuckError(program: string, pid: number): ProbeError {
  const words =
    `${program} (process ${pid}) does not end although it was killed: it hangs inside the driver. ` +
    'It is not started again before it is gone; look into the kernel log, and restart the machine';
  return new ProbeError('stuck', words);
}

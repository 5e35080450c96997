import { CancelTimer, Clock } from '#lib/foundation';
import { RuntimeExit, RuntimeInstance } from '#lib/plugin-api';
import { SpawnedProcess } from './process-spawner.interface.js';
import { ProcessTree } from './process-tree.interface.js';
import { StopCommand } from './stop-command.js';

/** After the kill, or after the leader's exit while stopping: what is not gone then never will be. */
const LIMIT_MS = 10_000;
/** How long a crashed server's output may stay open before its end is reported all the same. */
const CRASH_OUTPUT_MS = 1000;
/** How long output may take to arrive after the last process of the group is gone. */
const DRAIN_MS = 100;
const FIRST_POLL_MS = 5;
const LONGEST_POLL_MS = 100;

/** What a {@link LocalServer} works with. */
export interface LocalServerTools {
  readonly address: URL;
  readonly tree: ProcessTree;
  readonly clock: Clock;
  /** The model's own stop command; null: signals. */
  readonly stopCommand: StopCommand | null;
  /** Kills descendants that left the process group; how many there were, 0 when all are gone. */
  readonly killStragglers: () => number;
  /** Called once, when child and group are gone; late, or never, when they were given up. */
  readonly onEnd: () => void;
}

/**
 * A model's server as a child process that leads a process group.
 *
 * The end has up to three steps: the leader's exit; the end of the rest of its group, which is given
 * what is left of the grace in a stop and none after a crash; the end of its output and of the
 * descendants that have left the group, which are killed and waited for, with a bound.
 */
export class LocalServer implements RuntimeInstance {
  readonly address: URL;
  readonly details: Readonly<Record<string, number>>;
  readonly exited: Promise<RuntimeExit>;
  private readonly end = Promise.withResolvers<RuntimeExit>();
  private leaderExit: RuntimeExit | null = null;
  private exitedMs = 0;
  private stopByMs: number | null = null;
  private killed = false;
  private groupGone = false;
  private outputEnded = false;
  private over = false;
  private pollMs = FIRST_POLL_MS;
  private cancelKill: CancelTimer = () => {};
  private cancelLost: CancelTimer = () => {};
  private cancelPoll: CancelTimer = () => {};

  constructor(
    private readonly child: SpawnedProcess,
    private readonly tools: LocalServerTools,
  ) {
    this.address = tools.address;
    this.details = { pid: child.pid };
    this.exited = this.end.promise;
    void child.exited.then((exit) => this.leaderExited(exit));
    void child.outputEnded.then(() => this.outputClosed());
  }

  async stop(graceMs: number): Promise<void> {
    const byMs = this.tools.clock.nowMs() + graceMs;
    if (!this.over && byMs < (this.stopByMs ?? Infinity)) {
      const first = this.stopByMs === null;
      this.killBy(byMs);
      if (first) this.askToEnd();
    }
    await this.exited;
  }

  private askToEnd(): void {
    const { stopCommand, tree } = this.tools;
    if (stopCommand) void this.runStopCommand(stopCommand);
    else tree.ask(this.child.pid);
  }

  private async runStopCommand(command: StopCommand): Promise<void> {
    const worked = await command.run();
    if (!worked && !this.leaderExit && !this.over) this.tools.tree.ask(this.child.pid);
  }

  private killBy(timeMs: number): void {
    this.stopByMs = timeMs;
    this.cancelKill();
    if (this.killed) return;
    const delayMs = timeMs - this.tools.clock.nowMs();
    this.cancelKill = this.tools.clock.after(delayMs, () => this.kill());
  }

  private kill(): void {
    this.cancelKill();
    this.killed = true;
    this.tools.tree.kill(this.child.pid);
    this.cancelLost();
    this.cancelLost = this.tools.clock.after(LIMIT_MS, () => this.giveUp());
  }

  private leaderExited(exit: RuntimeExit): void {
    this.leaderExit = exit;
    if (this.over) {
      this.tools.onEnd();
      return;
    }
    this.exitedMs = this.tools.clock.nowMs();
    if (this.stopByMs === null) this.kill();
    else this.killBy(Math.min(this.stopByMs, this.exitedMs + LIMIT_MS));
    this.awaitGroup();
  }

  private awaitGroup(): void {
    if (this.over || this.groupGone) return;
    if (this.tools.tree.alive(this.child.pid)) {
      this.cancelPoll = this.tools.clock.after(this.pollMs, () => this.awaitGroup());
      this.pollMs = Math.min(LONGEST_POLL_MS, this.pollMs * 2);
      return;
    }
    this.groupGone = true;
    this.cancelKill();
    this.cancelLost();
    this.pollMs = FIRST_POLL_MS;
    if (this.outputEnded) this.endStragglers();
    else this.cancelPoll = this.tools.clock.after(DRAIN_MS, () => this.endStragglers());
  }

  /**
   * Descendants that have left the group, whether they hold the output or not: a server that went
   * into the background would keep its port and its memory.
   */
  private endStragglers(): void {
    if (this.over) return;
    this.cancelPoll();
    const left = this.tools.killStragglers();
    if (left === 0 && this.outputEnded) {
      this.finish();
      return;
    }
    const limitMs = this.stopByMs === null ? CRASH_OUTPUT_MS : LIMIT_MS;
    const restMs = this.exitedMs + limitMs - this.tools.clock.nowMs();
    if (restMs <= 0) {
      this.finish();
      return;
    }
    // Nobody left to kill: somebody unknown holds the output, and only its end is waited for.
    const delayMs = left === 0 ? restMs : Math.min(restMs, this.pollMs);
    this.pollMs = Math.min(LONGEST_POLL_MS, this.pollMs * 2);
    this.cancelPoll = this.tools.clock.after(delayMs, () => this.endStragglers());
  }

  private outputClosed(): void {
    this.outputEnded = true;
    if (this.groupGone) this.endStragglers();
  }

  private giveUp(): void {
    // What can be reaped but not emptied (a member in uninterruptible sleep) counts as lost as well.
    this.conclude({ ...(this.leaderExit ?? { code: null, signal: null }), lost: true });
  }

  private finish(): void {
    this.conclude(this.leaderExit ?? { code: null, signal: null });
  }

  private conclude(exit: RuntimeExit): void {
    if (this.over) return;
    this.over = true;
    this.cancelKill();
    this.cancelLost();
    this.cancelPoll();
    this.tools.stopCommand?.abandon();
    this.child.closeOutput();
    if (!exit.lost) this.tools.onEnd();
    this.end.resolve(exit);
  }
}

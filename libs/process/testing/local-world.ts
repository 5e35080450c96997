import { VirtualClock } from '#lib/foundation';
import { RuntimeExit } from '#lib/plugin-api';
import { LocalServer } from '../local/local-server.js';
import { SpawnedProcess } from '../local/process-spawner.interface.js';
import { ProcessTree } from '../local/process-tree.interface.js';
import { StopCommand } from '../local/stop-command.js';
import { watch } from './process-world.js';

const SERVER_PID = 100;
const STOP_COMMAND_PID = 200;

/** What is unusual about a {@link LocalWorld}. */
export interface LocalWorldOptions {
  readonly stopCommand?: boolean;
  /** Descendants outside the group survive their kill. */
  readonly stragglersStay?: boolean;
}

/** A {@link LocalServer} over a child, a group and a stop command that do what the test says. */
export class LocalWorld {
  readonly clock = new VirtualClock();
  /** What was sent to the server's group: `ask` or `kill`. */
  readonly signals: string[] = [];
  readonly server: LocalServer;
  readonly watch = watch;
  groupAlive = false;
  outputClosed = false;
  stopCommandKilled = false;
  /** Descendants outside the group; they end at a kill. */
  stragglers = 0;
  /** How often descendants outside the group were to be killed. */
  stragglerKills = 0;
  /** How often the guard was told that everything is gone. */
  ended = 0;
  private readonly leader = Promise.withResolvers<RuntimeExit>();
  private readonly output = Promise.withResolvers<void>();
  private readonly stopper = Promise.withResolvers<RuntimeExit>();
  private reported: RuntimeExit | null = null;

  constructor(private readonly options: LocalWorldOptions = {}) {
    this.server = new LocalServer(this.child(SERVER_PID, this.leader.promise), {
      address: new URL('http://127.0.0.1:5800'),
      tree: this.tree,
      clock: this.clock,
      stopCommand: options.stopCommand ? this.makeStopCommand() : null,
      killStragglers: () => this.killStragglers(),
      onEnd: () => (this.ended += 1),
    });
    void this.server.exited.then((exit) => (this.reported = exit));
  }

  /** The leader has ended; null: by a signal. */
  exit(code: number | null): void {
    this.leader.resolve({ code, signal: code === null ? 'SIGKILL' : null });
  }

  /** Nobody can write output any more. */
  closeOutput(): void {
    this.output.resolve();
  }

  /** The stop command has ended. */
  stopCommandExits(code: number | null): void {
    this.stopper.resolve({ code, signal: code === null ? 'SIGTERM' : null });
  }

  /** What was reported as the end, or null so far. */
  reportedExit(): RuntimeExit | null {
    return this.reported;
  }

  async pass(durationMs = 0): Promise<void> {
    await this.clock.advanceAsync(durationMs);
  }

  private killStragglers(): number {
    this.stragglerKills += 1;
    const killed = this.stragglers;
    if (!this.options.stragglersStay) this.stragglers = 0;
    return killed;
  }

  private readonly tree: ProcessTree = {
    ask: (pid) => this.signal(pid, 'ask'),
    kill: (pid) => this.signal(pid, 'kill'),
    alive: (pid) => {
      if (pid !== SERVER_PID) throw new Error(`nobody asked for the group ${pid}`);
      return this.groupAlive;
    },
  };

  private signal(pid: number, name: string): void {
    if (pid === SERVER_PID) this.signals.push(name);
    else if (pid === STOP_COMMAND_PID && name === 'kill') this.stopCommandKilled = true;
    else throw new Error(`unexpected ${name} for ${pid}`);
  }

  private child(pid: number, exited: Promise<RuntimeExit>): SpawnedProcess {
    const closeOutput = (): void => {
      this.outputClosed = true;
    };
    return { pid, exited, outputEnded: this.output.promise, closeOutput };
  }

  private makeStopCommand(): StopCommand {
    const command = { file: 'stopper', argv: ['stopper'], env: {}, onOutput: null };
    return new StopCommand(command, {
      spawner: { spawn: async () => this.child(STOP_COMMAND_PID, this.stopper.promise) },
      tree: this.tree,
      clock: this.clock,
      started: () => {},
      ended: () => {},
    });
  }
}

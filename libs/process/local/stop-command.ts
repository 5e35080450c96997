import { Clock } from '#lib/foundation';
import { ProcessSpawner, SpawnCommand, SpawnedProcess } from './process-spawner.interface.js';
import { ProcessTree } from './process-tree.interface.js';

/** How long a stop command may go on after the server it stopped is gone. */
const AFTERMATH_MS = 60_000;

/** What a {@link StopCommand} works with. */
export interface StopCommandTools {
  readonly spawner: ProcessSpawner;
  readonly tree: ProcessTree;
  readonly clock: Clock;
  readonly started: (pid: number) => void;
  readonly ended: (pid: number) => void;
}

/** One run of a model's `cmdStop`. */
export class StopCommand {
  private process: SpawnedProcess | null = null;
  private over = false;

  constructor(
    private readonly command: SpawnCommand,
    private readonly tools: StopCommandTools,
  ) {}

  /** Runs it; true when it ended with status 0. Never rejects. */
  async run(): Promise<boolean> {
    try {
      const process = await this.tools.spawner.spawn(this.command);
      this.process = process;
      this.tools.started(process.pid);
      const { code } = await process.exited;
      this.tools.ended(process.pid);
      return code === 0;
    } catch {
      return false;
    } finally {
      this.over = true;
    }
  }

  /** The server is gone: what the command still has to do it must do within a minute. */
  abandon(): void {
    if (this.over) return;
    this.tools.clock.after(AFTERMATH_MS, () => {
      if (!this.over && this.process) this.tools.tree.kill(this.process.pid);
    });
  }
}

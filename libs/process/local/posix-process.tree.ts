import { ProcessTable } from '../orphans/process-table.interface.js';
import { ProcessTree } from './process-tree.interface.js';

/** Process groups: each child leads one, so its id is the group's id. */
export class PosixProcessTree implements ProcessTree {
  constructor(
    private readonly table: ProcessTable,
    private readonly signal: (pid: number, signal: NodeJS.Signals | 0) => void = (id, name) =>
      process.kill(id, name),
  ) {}

  ask(pid: number): void {
    if (!this.send(-pid, 'SIGTERM')) this.send(pid, 'SIGTERM');
  }

  kill(pid: number): void {
    // The group alone: the leader may have been reaped and its id given to a stranger.
    this.send(-pid, 'SIGKILL');
  }

  alive(pid: number): boolean {
    // Zombies that nobody reaps (Drover as process 1 of a container) answer signal 0 for ever.
    return this.send(-pid, 0) && this.table.groupRuns(pid);
  }

  private send(pid: number, signal: NodeJS.Signals | 0): boolean {
    try {
      this.signal(pid, signal);
      return true;
    } catch {
      return false;
    }
  }
}

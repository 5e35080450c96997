import { ProcessSpawner } from './process-spawner.interface.js';
import { ProcessTree } from './process-tree.interface.js';

/** `taskkill` with `/t`, which follows the parent ids that Windows keeps. */
export class WindowsProcessTree implements ProcessTree {
  constructor(private readonly spawner: ProcessSpawner) {}

  ask(pid: number): void {
    this.taskkill('/t', '/pid', String(pid));
  }

  kill(pid: number): void {
    this.taskkill('/f', '/t', '/pid', String(pid));
  }

  alive(): boolean {
    return false;
  }

  private taskkill(...args: string[]): void {
    const argv = ['taskkill', ...args];
    // A tree that has ended meanwhile is no failure; what does not end shows at the kill limit.
    this.spawner
      .spawn({ file: 'taskkill', argv, env: process.env, onOutput: null })
      .catch(() => {});
  }
}

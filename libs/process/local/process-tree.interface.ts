/** Reaches a child process together with its descendants. */
export interface ProcessTree {
  /** Asks the tree to end: SIGTERM to the group; Windows: `taskkill /t`. */
  ask(pid: number): void;
  /** Ends the tree by force: SIGKILL to the group; Windows: `taskkill /f /t`. */
  kill(pid: number): void;
  /** Whether something of the tree is still running after its leader was reaped. */
  alive(pid: number): boolean;
}

/** Injection token of the {@link ProcessTree}. */
export const PROCESS_TREE = Symbol.for('drover:process-tree');

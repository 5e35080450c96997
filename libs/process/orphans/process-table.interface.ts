/** What Drover needs to know about processes that are not its own children. */
export interface ProcessTable {
  /** Identifies this boot of the machine (and, on Linux, the process id namespace). */
  bootId(): string | null;
  /** When a process began, in the system's own notation; null when there is no such process. */
  startTime(pid: number): string | null;
  /** Whether a process of this group still runs; zombies do not count. True where unknown. */
  groupRuns(group: number): boolean;
  /** Processes that carry `DROVER_INSTANCE` beginning with `mark`; empty where unknown. */
  marked(mark: string): readonly number[];
}

/** Injection token of the {@link ProcessTable}. */
export const PROCESS_TABLE = Symbol.for('drover:process-table');

/** Environment variable by which a child and all its descendants are known. */
export const INSTANCE_VARIABLE = 'DROVER_INSTANCE';

/** A process and everything it has started, as the system counts it. Null: this system does not tell. */
export interface ProcessTree {
  /** The process asked for comes first. */
  readonly pids: readonly number[];
  /** Memory that is in RAM, mapped files included. */
  readonly residentBytes: number | null;
  /**
   * Memory that comes free with the end of the processes: without mapped files, which are cache that
   * any program can still get.
   */
  readonly ownBytes: number | null;
  /** CPU time since the processes began, ended children included. */
  readonly cpuSeconds: number | null;
}

/** Reads what processes use. */
export interface ProcessTreeReader {
  /** The trees of those roots that run. @throws Error when the system cannot be asked. */
  read(roots: readonly number[]): Promise<ReadonlyMap<number, ProcessTree>>;
}

/** Injection token of the {@link ProcessTreeReader} of this system. */
export const PROCESS_TREES = Symbol.for('drover:process-trees');

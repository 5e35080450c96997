import { RuntimeExit } from '#lib/plugin-api';

/** Starts child processes: the only door to `node:child_process` for model servers. */
export interface ProcessSpawner {
  /**
   * Starts a program without a shell, with empty stdin, as leader of a process group of its own
   * (Windows: without a console window). Rejects with the system's error (`ENOENT`, `EACCES` …).
   */
  spawn(command: SpawnCommand): Promise<SpawnedProcess>;
}

/** Injection token of the {@link ProcessSpawner}. */
export const PROCESS_SPAWNER = Symbol.for('drover:process-spawner');

/** What to start. */
export interface SpawnCommand {
  /** Path of the program, or its name on Windows. */
  readonly file: string;
  /** Arguments as the program sees them, the zeroth included. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Receives stdout and stderr in their order; null: both are discarded. */
  readonly onOutput: ((chunk: Uint8Array) => void) | null;
}

/** A child process. */
export interface SpawnedProcess {
  readonly pid: number;
  /** Resolves when the process itself has been reaped, whatever its descendants do. */
  readonly exited: Promise<RuntimeExit>;
  /** Resolves when nobody can write output any more, or it has been closed. */
  readonly outputEnded: Promise<unknown>;
  /** Reads no more output. */
  closeOutput(): void;
}

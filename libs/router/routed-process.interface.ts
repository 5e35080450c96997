import { ModelState } from '#lib/plugin-api';

/** How the router asks a process to stop. */
export interface ProcessStop {
  /** Time between the stop signal and the kill, milliseconds. */
  readonly graceMs: number;
  readonly reason: StopReason;
  /** Stop this instance only; when another one lives, or none, nothing happens. */
  readonly instance?: number;
}

/** Why the router stops a process. */
export type StopReason = 'swap' | 'unload' | 'ttl' | 'cancel' | 'reload' | 'shutdown';

/**
 * The part of a model's process that the router uses. Every call decides and changes the state
 * before it returns; only the outcome is waited for.
 */
export interface RoutedProcess {
  readonly state: ModelState;
  /** Number of the present instance, or null when there is none. */
  readonly instance: number | null;
  /** Where to forward requests; null unless there is a server that was ready. */
  readonly upstream: URL | null;
  /** Resolves when the model is ready; starts it where needed, after a stop that is under way. */
  ensureReady(): Promise<void>;
  /**
   * Resolves when the server is gone. A start is interrupted, a stop under way is shared. Whoever
   * asked for readiness before is refused.
   */
  stop(options: ProcessStop): Promise<void>;
}

/** Told after every transition of any process, synchronously and in order. */
export type ProcessListener = (change: ProcessChange) => void;

/** One transition of one process. */
export interface ProcessChange {
  readonly model: string;
  readonly from: ModelState;
  readonly to: ModelState;
}

/** Measured times of a process in milliseconds; null until there is a first measurement. */
export interface ProcessTimes {
  readonly loadMs: number | null;
  readonly stopMs: number | null;
  /** Grant to completion in earlier runs of Drover, where that was kept. */
  readonly serviceMs?: number | null;
}

/** All processes of the local models. */
export interface RoutedProcesses {
  /** Ids of all processes. */
  ids(): Iterable<string>;
  get(model: string): RoutedProcess | undefined;
  times(model: string): ProcessTimes;
  /** Returns the cancellation. */
  onState(listener: ProcessListener): () => void;
}

/** Injection token of {@link RoutedProcesses}. */
export const ROUTED_PROCESSES = Symbol.for('drover:routed-processes');

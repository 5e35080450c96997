/**
 * A process runtime starts and stops the server of one model. `local` (a child process of Drover) is
 * built in. A runtime hands back an address and life-cycle events, never a process id, so that a
 * runtime may start its servers on another machine.
 *
 * Life cycle of one instance:
 * 1. `start` is called with a {@link RuntimeStart}; it resolves when the server has been launched (not when
 *    it is ready: Drover probes for that) or rejects when it cannot be launched.
 * 2. Output arrives through `onOutput` until the end.
 * 3. `exited` resolves exactly once, whether the server ended by itself or was stopped.
 * 4. `stop` asks for the end and forces it after the grace; it resolves when the server is gone.
 */
export interface RuntimePlugin {
  start(start: RuntimeStart, signal: AbortSignal): Promise<RuntimeInstance>;
}

/** What to start. */
export interface RuntimeStart {
  readonly model: string;
  /** Number of this start within the life of Drover; unique. */
  readonly instance: number;
  /** Command and arguments; never empty. */
  readonly argv: readonly string[];
  /**
   * Command and arguments that stop the server, `${PID}` left in place for the runtime to fill in;
   * null: the runtime's own way. Never empty.
   */
  readonly stopCommand: readonly string[] | null;
  /** `NAME=value` items added to the inherited environment; a later one wins. */
  readonly env: readonly string[];
  /** Address that the configuration promises the server will have. */
  readonly proxy: URL;
  /** Receives stdout and stderr in their order. */
  readonly onOutput: (chunk: Uint8Array) => void;
}

/** One running server. */
export interface RuntimeInstance {
  /** Where requests go. */
  readonly address: URL;
  /** Resolves when the server has ended and everything that belongs to it is gone. */
  readonly exited: Promise<RuntimeExit>;
  /**
   * Asks the server to end, forces it after `graceMs`; resolves when it is gone. Idempotent: a
   * later call shares the stop that is under way and hurries it when its own deadline is earlier.
   */
  stop(graceMs: number): Promise<void>;
  /** What the runtime knows for displays, for example `{ pid: 4711 }`. */
  readonly details: Readonly<Record<string, string | number>>;
}

/** How a server ended. */
export interface RuntimeExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** True when the server could not be ended and was given up: it may still hold port and memory. */
  readonly lost?: boolean;
}

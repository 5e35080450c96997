/** Programs, files, sockets and time, as a probe may use them. */
export interface ProbeWorld {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Runs `callback` once after `delayMs`; the result cancels that. */
  after(delayMs: number, callback: () => void): () => void;
  /** Path of a program on PATH or in one of `moreFolders`, or null. */
  findProgram(name: string, moreFolders?: readonly string[]): Promise<string | null>;
  /**
   * Runs a program to its end, with `LC_ALL=C` and without standard input. It is killed when the
   * signal aborts. @throws ProbeError `not_found`, `timeout`, `aborted` or `too_much_output` (over 4 MiB).
   */
  runProgram(program: string, args: readonly string[], limits: RunLimits): Promise<ProgramResult>;
  /** Starts a program that prints lines until it is killed; environment as above. */
  followProgram(program: string, args: readonly string[], listener: LineListener): FollowedProgram;
  /** Content of a small text file, or null when it cannot be read. */
  readText(path: string): Promise<string | null>;
  /** Where a symbolic link leads, or null when it cannot be read. */
  readLink(path: string): Promise<string | null>;
  /** Whether there is anything at the path. */
  exists(path: string): Promise<boolean>;
  /** Names in a folder, sorted; empty when it cannot be read. */
  listFolder(path: string): Promise<readonly string[]>;
  /** Connects to a Unix socket. @throws Error when nobody listens. */
  connectSocket(path: string, listener: SocketListener): Promise<ProbeSocket>;
}

/** Bounds of one program run. */
export interface RunLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called for each line of standard output; true: that was enough, the program is ended. */
  readonly isEnough?: (line: string) => boolean;
}

/** How a program ended and what it printed (at most 4 MiB each). */
export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Receives what a followed program prints. */
export interface LineListener {
  /** A line of standard output without its end. */
  line(text: string): void;
  /** The program has ended, by itself or killed, or could not be started; called once. */
  ended(end: ProgramEnd): void;
}

/** The end of a followed program. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines of standard error, at most 4 KiB. */
  readonly stderr: string;
}

/** A program that runs until it is killed. */
export interface FollowedProgram {
  /** Kills it; resolves when it is gone. Idempotent. */
  kill(): Promise<void>;
}

/** Receives what a socket brings. */
export interface SocketListener {
  /** A line without its end. */
  line(text: string): void;
  /** The connection has ended; called once. */
  closed(error: Error | null): void;
}

/** A connected socket. */
export interface ProbeSocket {
  write(text: string): void;
  close(): void;
}

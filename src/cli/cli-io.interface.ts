/** Where text goes; `process.stdout` and a test's collector both fit. */
export interface TextSink {
  write(text: string | Uint8Array): unknown;
  /** Bytes that wait for somebody to read them; absent where nothing ever waits. */
  readonly writableLength?: number;
}

/** What a command sees of the world outside, so that a test can run it without a process. */
export interface CliIo {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory that relative paths in arguments refer to. */
  readonly cwd: string;
}

/**
 * A command of the `drover` program: gets the arguments behind its name and resolves to the exit
 * status (0 done, 1 failed, 2 wrong arguments).
 */
export type Command = (args: string[], io: CliIo) => Promise<number>;

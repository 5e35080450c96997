import { LogLevel } from './log-level.js';

/** One entry of a log, before it has a form. */
export interface LogEntry {
  /** Wall-clock time, Unix milliseconds. */
  readonly atMs: number;
  readonly level: LogLevel;
  /** Where the entry comes from, such as a part of the program; empty for none. */
  readonly prefix: string;
  readonly text: string;
  /** Of the request that it is about; null for none. */
  readonly requestId: string | null;
}

/** Which of the two logs something belongs to. */
export type LogSource = 'proxy' | 'upstream';

/** Takes what `logToStdout` lets through and gives it a form. */
export interface LogOutput {
  /** An entry of ours; `line` is its configured text form with the line end. */
  entry(source: LogSource, entry: LogEntry, line: string): void;
  /** Output of a model's server: whole characters, not whole lines. */
  modelOutput(model: string, bytes: Uint8Array): void;
  /** The model's server has ended; what it left of a line is complete. */
  modelEnded(model: string): void;
}

/** Where finished text goes, for example `process.stdout`. */
export interface ByteSink {
  write(bytes: Uint8Array | string): unknown;
}

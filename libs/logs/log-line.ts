import { LogLevel } from './log-level.js';

/** What one line is made of. */
export interface LogLineParts {
  /** Time stamp, empty for none. */
  readonly stamp: string;
  /** Where the line comes from, empty for none. */
  readonly prefix: string;
  readonly level: LogLevel;
  readonly text: string;
}

/** `<stamp> [<prefix>] [<LEVEL>] <text>` and a line end; stamp and prefix only where set. */
export function formatLogLine({ stamp, prefix, level, text }: LogLineParts): string {
  const head = `${stamp === '' ? '' : `${stamp} `}${prefix === '' ? '' : `[${prefix}] `}`;
  return `${head}[${level.toUpperCase()}] ${text}\n`;
}

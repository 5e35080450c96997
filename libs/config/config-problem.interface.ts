/** One thing that is wrong, or suspicious, in the configuration. */
export interface ConfigProblem {
  /** File as the user named it; null when no file is to blame. */
  readonly file: string | null;
  /** 1-based line, null when the problem has no place. */
  readonly line: number | null;
  /** 1-based column in characters, null when the problem has no place. */
  readonly col: number | null;
  /** Key path such as `models.qwen.aliases[1]`; empty for the whole configuration. */
  readonly path: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
}

/** The problem as one line: `file:line:col key.path: what is wrong, what is allowed`. */
export function formatProblem(problem: ConfigProblem): string {
  const { file, line, col, path, message } = problem;
  const place = file === null ? '' : line === null ? file : `${file}:${line}:${col}`;
  const head = [place, path].filter((part) => part !== '').join(' ');
  return head === '' ? message : `${head}: ${message}`;
}

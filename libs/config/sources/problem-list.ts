import { ConfigProblem } from '../config-problem.interface.js';
import { Place, SourceText } from './source-text.js';

interface Entry {
  /** Position of the file among the files; -1 without one. */
  readonly order: number;
  readonly problem: ConfigProblem;
}

/** Collects the problems of one load and hands them out in document order. */
export class ProblemList {
  private readonly errors: Entry[] = [];
  private readonly doubts: Entry[] = [];

  /** Something that must not be loaded; `at` is a place, a whole file or nothing. */
  error(at: Place | SourceText | null, path: string, message: string): void {
    this.errors.push(toEntry(at, path, message));
  }

  /** Something that loads and probably does not do what its author wants. */
  warn(at: Place | SourceText | null, path: string, message: string): void {
    this.doubts.push(toEntry(at, path, message));
  }

  /** How many errors there are so far. */
  get errorCount(): number {
    return this.errors.length;
  }

  /** Errors in document order, each once. */
  sortedErrors(): ConfigProblem[] {
    return inDocumentOrder(this.errors);
  }

  /** Warnings in document order, each once. */
  sortedWarnings(): ConfigProblem[] {
    return inDocumentOrder(this.doubts);
  }
}

function inDocumentOrder(entries: readonly Entry[]): ConfigProblem[] {
  const sorted = entries.toSorted((a, b) => a.order - b.order || comparePlaces(a, b));
  const byText = new Map(sorted.map(({ problem }) => [JSON.stringify(problem), problem]));
  return [...byText.values()];
}

function comparePlaces({ problem: a }: Entry, { problem: b }: Entry): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.col ?? 0) - (b.col ?? 0);
}

/** The place is looked up at once: the text of a file changes while its variables are replaced. */
function toEntry(at: Place | SourceText | null, path: string, message: string): Entry {
  if (at === null) {
    return { order: -1, problem: { file: null, line: null, col: null, path, message } };
  }
  if (at instanceof SourceText) {
    const problem = { file: at.name, line: null, col: null, path, message };
    return { order: at.order, problem };
  }
  const { source, offset } = at;
  const problem = { file: source.name, ...source.locate(offset), path, message };
  return { order: source.order, problem };
}

import { ConfigProblem } from '../config-problem.interface.js';
import { Place, SourceText } from './source-text.js';

interface Entry {
  readonly at: Place | SourceText | null;
  readonly path: string;
  readonly message: string;
}

/** Collects the problems of one load and hands them out in document order. */
export class ProblemList {
  private readonly errors: Entry[] = [];
  private readonly doubts: Entry[] = [];

  /** Something that must not be loaded; `at` is a place, a whole file or nothing. */
  error(at: Place | SourceText | null, path: string, message: string): void {
    this.errors.push({ at, path, message });
  }

  /** Something that loads and probably does not do what its author wants. */
  warn(at: Place | SourceText | null, path: string, message: string): void {
    this.doubts.push({ at, path, message });
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
  const sorted = entries.toSorted((a, b) => orderOf(a) - orderOf(b) || offsetOf(a) - offsetOf(b));
  const seen = new Set<string>();
  return sorted.map(toProblem).filter((problem) => {
    const key = JSON.stringify(problem);
    return seen.has(key) ? false : seen.add(key);
  });
}

function orderOf({ at }: Entry): number {
  if (at === null) return -1;
  return at instanceof SourceText ? at.order : at.source.order;
}

function offsetOf({ at }: Entry): number {
  return at === null || at instanceof SourceText ? -1 : at.offset;
}

function toProblem({ at, path, message }: Entry): ConfigProblem {
  if (at === null) return { file: null, line: null, col: null, path, message };
  if (at instanceof SourceText) return { file: at.name, line: null, col: null, path, message };
  return { file: at.source.name, ...at.source.locate(at.offset), path, message };
}

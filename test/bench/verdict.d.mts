import type { PrintedTable } from './markdown.mjs';

/** One figure and what is wanted of it; see `goals.mjs`. */
export interface Goal {
  readonly what: string;
  readonly most: number | null;
  readonly find: (tables: readonly PrintedTable[], text: string) => number | null;
  readonly why?: string;
  readonly isOwn?: boolean;
}

/** What became of a benchmark. */
export interface Outcome {
  readonly text: string;
  readonly failure: string | null;
  readonly isLeftOut: boolean;
}

/** A line of the last table. */
export interface Line {
  readonly benchmark: string;
  readonly what: string;
  readonly most: number | null;
  readonly figure: number | null;
  readonly verdict: string;
  readonly isOwn: boolean;
  readonly explained: string | null;
}

/** What a test holds. */
export interface HeldByTest {
  readonly what: string;
  readonly target: string;
  readonly test: string;
}

export function linesOf(
  benchmark: { readonly name: string; readonly goals: readonly Goal[] },
  outcome: Outcome,
): Line[];
export function reportOf(lines: readonly Line[], heldByTests: readonly HeldByTest[]): string;
export function countsOf(lines: readonly Line[]): string;

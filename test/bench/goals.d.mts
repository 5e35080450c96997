import type { Goal, HeldByTest } from './verdict.mjs';

/** A benchmark, how it is run and what is wanted of it. */
export interface Benchmark {
  readonly name: string;
  readonly args: readonly string[];
  readonly quick: readonly string[] | null;
  readonly quickArgs?: readonly string[];
  readonly minutes?: number;
  readonly goals: readonly Goal[];
}

export const BENCHMARKS: readonly Benchmark[];
export const HELD_BY_TESTS: readonly HeldByTest[];

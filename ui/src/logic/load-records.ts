import type { SwapRecord } from './timeline.js';

/** How long a model's loads have taken, from its latest successful ones. */
export interface LoadEstimate {
  readonly medianMs: number;
  readonly shortestMs: number;
  readonly longestMs: number;
  readonly loads: number;
}

const MOST_LOADS = 10;

/** Estimate from past loads; null when there were none. `swaps` is newest first. */
export function loadEstimate(model: string, swaps: readonly SwapRecord[]): LoadEstimate | null {
  const times = swaps
    .filter(
      ({ target, outcome, tookMs }) => target === model && outcome === 'ready' && tookMs !== null,
    )
    .slice(0, MOST_LOADS)
    .map(({ tookMs }) => tookMs!)
    .toSorted((a, b) => a - b);
  if (times.length === 0) return null;
  return {
    medianMs: times[Math.floor(times.length / 2)]!,
    shortestMs: times[0]!,
    longestMs: times.at(-1)!,
    loads: times.length,
  };
}

/** The last load of a model if it has failed; null when it went well or there was none. */
export function lastFailure(model: string, swaps: readonly SwapRecord[]): SwapRecord | null {
  const last = swaps.find(({ target, outcome }) => {
    return target === model && (outcome === 'failed' || outcome === 'ready');
  });
  return last?.outcome === 'failed' ? last : null;
}

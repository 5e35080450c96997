/** Distribution of speeds in tokens per second, in the form of `GET /api/metrics/stats`. */
export interface SpeedHistogram {
  readonly bins: readonly number[];
  readonly min: number;
  readonly max: number;
  /** Width of a bin; 0 when all values are equal. */
  readonly binSize: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

const MIN_BINS = 5;
const MAX_BINS = 20;

/** Distribution of the values above 0 (others mean "unknown"); null when there are none. */
export function speedHistogram(values: Iterable<number>): SpeedHistogram | null {
  const sorted = Float64Array.from([...values].filter((value) => value > 0)).toSorted();
  const min = sorted[0];
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return null;
  const count = min === max ? 1 : binCount(sorted.length);
  const binSize = min === max ? 0 : (max - min) / count;
  return {
    bins: fill(sorted, { min, count, binSize }),
    min,
    max,
    binSize,
    p50: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
  };
}

/** The p-th percentile of ascending values, linear between neighbours; NaN for none. */
export function percentile(sorted: Float64Array, p: number): number {
  const rank = (p / 100) * (sorted.length - 1);
  const low = Math.floor(rank);
  const below = sorted[low] ?? Number.NaN;
  const above = sorted[low + 1] ?? below;
  return below + (above - below) * (rank - low);
}

/** Sturges' rule, kept within limits. */
function binCount(values: number): number {
  return Math.min(MAX_BINS, Math.max(MIN_BINS, Math.ceil(Math.log2(values)) + 1));
}

interface Bins {
  readonly min: number;
  readonly count: number;
  readonly binSize: number;
}

function fill(sorted: Float64Array, { min, count, binSize }: Bins): number[] {
  const bins = Array.from({ length: count }, () => 0);
  for (const value of sorted) {
    const index = binSize === 0 ? 0 : Math.floor((value - min) / binSize);
    bins[Math.min(index, count - 1)]! += 1;
  }
  return bins;
}

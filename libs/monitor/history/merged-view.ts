/** A view of the API: numbers, lists of numbers, objects of these, and what cannot be calculated with. */
type View = Readonly<Record<string, unknown>>;

/** One moment, or the samples of a stretch of time put together. */
export interface HistoryPoint<Shape> {
  /** Beginning, Unix milliseconds. */
  readonly atMs: number;
  /** Number of samples behind it. */
  readonly samples: number;
  readonly mean: Shape;
  readonly max: Shape;
}

/**
 * Puts points together, of at least one: means weighted by their samples, largest values. Unknown
 * values do not count; texts and counters (in lists of objects) are those of the newest point.
 */
export function mergePoints<Shape extends object>(
  points: readonly HistoryPoint<Shape>[],
): HistoryPoint<Shape> {
  const weights = points.map(({ samples }) => samples);
  const means = points.map(({ mean }) => mean as View);
  const maxima = points.map(({ max }) => max as View);
  return {
    atMs: points[0]!.atMs,
    samples: weights.reduce((sum, samples) => sum + samples, 0),
    mean: merge(means, (values) => weightedMean(values, weights)) as Shape,
    max: merge(maxima, largest) as Shape,
  };
}

type Combine = (values: readonly (number | null)[]) => number | null;

function merge(values: readonly unknown[], combine: Combine): unknown {
  const known = values.filter((value) => value !== null && value !== undefined);
  const newest = known.at(-1);
  if (newest === undefined) return null;
  if (typeof newest === 'number') {
    return combine(values.map((value) => (typeof value === 'number' ? value : null)));
  }
  if (isNumbers(newest)) {
    return newest.map((_, at) =>
      combine(values.map((list) => (isNumbers(list) ? list[at]! : null))),
    );
  }
  if (typeof newest !== 'object' || Array.isArray(newest)) return newest;
  const entries = Object.keys(newest).map((key) => {
    return [
      key,
      merge(
        values.map((value) => (value as View | null)?.[key]),
        combine,
      ),
    ] as const;
  });
  return Object.fromEntries(entries);
}

function isNumbers(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number')
  );
}

function weightedMean(
  values: readonly (number | null)[],
  weights: readonly number[],
): number | null {
  let sum = 0;
  let weight = 0;
  for (const [at, value] of values.entries()) {
    if (value === null || value === undefined) continue;
    sum += value * weights[at]!;
    weight += weights[at]!;
  }
  return weight === 0 ? null : sum / weight;
}

function largest(values: readonly (number | null)[]): number | null {
  let max: number | null = null;
  for (const value of values) {
    if (value !== null && value !== undefined && (max === null || value > max)) max = value;
  }
  return max;
}

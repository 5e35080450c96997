// Statistics of measurements.

/** The value below which this share of ascending numbers lies. */
export function quantile(ascending, share) {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))];
}

/** A copy in ascending order. */
export function sorted(numbers) {
  return numbers.toSorted((one, other) => one - other);
}

/** The middle of numbers in any order. */
export function median(numbers) {
  return quantile(sorted(numbers), 0.5);
}

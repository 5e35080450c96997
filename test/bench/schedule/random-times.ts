import { SeededRandom } from '#lib/plugin-api/testing';

/** Draws arrival and service times; repeats for the same seed. */
export class RandomTimes {
  readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed * 7919 + 17);
  }

  /** Instants of a Poisson process within a span, milliseconds. */
  poisson(ratePerSecond: number, spanMs: number): number[] {
    const instants: number[] = [];
    for (let atMs = this.gapMs(ratePerSecond); atMs < spanMs; atMs += this.gapMs(ratePerSecond)) {
      instants.push(Math.round(atMs));
    }
    return instants;
  }

  /** Exponentially distributed, at least 1 ms. */
  exponentialMs(meanMs: number): number {
    return Math.max(1, Math.round(-meanMs * Math.log(1 - this.random.next())));
  }

  /** Pareto distributed with a heavy tail (shape 1.3), cut at 40 times the mean. */
  heavyMs(meanMs: number): number {
    const shape = 1.3;
    const least = (meanMs * (shape - 1)) / shape;
    const drawn = least / (1 - this.random.next()) ** (1 / shape);
    return Math.round(Math.min(drawn, 40 * meanMs));
  }

  /** Position in a list whose popularity falls as 1 / rank. */
  zipf(count: number): number {
    const weights = Array.from({ length: count }, (_, index) => 1 / (index + 1));
    let left = this.random.next() * weights.reduce((sum, weight) => sum + weight, 0);
    return weights.findIndex((weight) => (left -= weight) < 0);
  }

  private gapMs(ratePerSecond: number): number {
    return -(1000 / ratePerSecond) * Math.log(1 - this.random.next());
  }
}

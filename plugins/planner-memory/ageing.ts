/**
 * The ageing of GreedyDual: a level that rises to the worth of whatever is evicted. A model is worth
 * the level at its last use plus what its reload costs per byte, so that what was not used for long
 * falls behind. Cao and Irani, "Cost-Aware WWW Proxy Caching Algorithms", 1997.
 */
export class Ageing {
  private readonly steps: { readonly fromMs: number; readonly level: number }[] = [];

  /** The level at an instant; 0 before the first eviction. */
  levelAt(atMs: number): number {
    const step = this.steps.findLast(({ fromMs }) => fromMs <= atMs);
    return step?.level ?? 0;
  }

  /** Something of this worth is evicted now. */
  raise(nowMs: number, worth: number): void {
    const level = Math.max(worth, this.steps.at(-1)?.level ?? 0);
    this.steps.push({ fromMs: nowMs, level });
    if (this.steps.length > MAX_STEPS) this.steps.shift();
  }
}

/** Models that were last used before so many evictions count as used at the oldest one kept. */
const MAX_STEPS = 1000;

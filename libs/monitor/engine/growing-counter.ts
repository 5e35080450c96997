/** A step of a counter that begins again with its process. */
export interface CounterStep {
  /** Growth per second since the last good reading; null for the first after a (re)start. */
  readonly perSecond: number | null;
  /** Growth since the last good reading; null likewise. */
  readonly growth: number | null;
}

interface Reading {
  readonly value: number;
  readonly atMs: number;
}

/**
 * Follows a counter of an engine. A value that falls, or a restart that is told, begins anew. `total`
 * goes on over restarts and never falls.
 */
export class GrowingCounter {
  private last: Reading | null = null;
  private carried = 0;

  /** All growth since the first reading, with what the counter stood at then. */
  get total(): number {
    return this.carried + (this.last?.value ?? 0);
  }

  /** The process behind the counter is a new one. */
  restart(): void {
    this.carried = this.total;
    this.last = null;
  }

  /** Takes a reading; null (not told this time) changes nothing. */
  read(value: number | null, atMs: number): CounterStep {
    if (value === null) return { perSecond: null, growth: null };
    if (this.last && value < this.last.value) this.restart();
    const before = this.last;
    this.last = { value, atMs };
    if (!before || atMs <= before.atMs) return { perSecond: null, growth: null };
    const growth = value - before.value;
    return { growth, perSecond: (growth / (atMs - before.atMs)) * 1000 };
  }
}

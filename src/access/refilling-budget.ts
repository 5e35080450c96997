const MINUTE_MS = 60_000;

/**
 * An amount that is used up and comes back evenly, all of it in a minute. What is found out
 * afterwards may bring it below zero.
 */
export class RefillingBudget {
  private amount: number;

  constructor(
    private limit: number,
    private atMs: number,
  ) {
    this.amount = limit;
  }

  /** What is left at this moment, and of how much. A new limit is in force at once. */
  look(limit: number, nowMs: number): number {
    const back = (Math.max(0, nowMs - this.atMs) / MINUTE_MS) * limit;
    this.amount = Math.min(limit, this.amount + back + Math.max(0, limit - this.limit));
    this.limit = limit;
    this.atMs = nowMs;
    return this.amount;
  }

  /** What was left at the latest look, less what was used since. */
  get left(): number {
    return this.amount;
  }

  /** Uses up an amount. */
  take(amount: number): void {
    this.amount -= amount;
  }

  /** Milliseconds until so much is left. */
  untilMs(amount: number): number {
    return this.amount >= amount ? 0 : ((amount - this.amount) / this.limit) * MINUTE_MS;
  }

  /** Milliseconds until all of it is back. */
  get untilFullMs(): number {
    return this.untilMs(this.limit);
  }
}

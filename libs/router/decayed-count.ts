/** After this time an event counts for 1/e, about 37 %. */
const FADE_MS = 3_600_000;

/** A count of events in which old events fade: how often something happens, of late. */
export class DecayedCount {
  private count = 0;
  private countedMs = 0;

  add(nowMs: number): void {
    this.count = this.at(nowMs) + 1;
    this.countedMs = nowMs;
  }

  /** The count as it is worth now. */
  at(nowMs: number): number {
    return this.count * Math.exp((this.countedMs - nowMs) / FADE_MS);
  }
}

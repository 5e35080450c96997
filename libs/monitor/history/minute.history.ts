import { SampleRing } from '../ring/sample-ring.js';
import { HistoryPoint, mergePoints } from './merged-view.js';

const MINUTE_MS = 60_000;
const MINUTES = 24 * 60;

/** One series over 24 hours: a point per minute, made while its samples come in. */
export class MinuteHistory<Shape extends object> {
  private readonly ring = new SampleRing<HistoryPoint<Shape>>(MINUTES);
  private open: HistoryPoint<Shape>[] = [];

  /** Adds a sample; times must not fall. */
  add(atMs: number, view: Shape): void {
    const first = this.open[0];
    if (first && minuteOf(first.atMs) !== minuteOf(atMs)) this.close();
    this.open.push({ atMs, samples: 1, mean: view, max: view });
  }

  /** The points, oldest first, with the minute that is not over yet. */
  points(): readonly HistoryPoint<Shape>[] {
    return this.open.length > 0 ? [...this.ring.last(), mergePoints(this.open)] : this.ring.last();
  }

  private close(): void {
    const { atMs, ...merged } = mergePoints(this.open);
    this.ring.push({ ...merged, atMs: minuteOf(atMs) * MINUTE_MS });
    this.open = [];
  }
}

function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS);
}

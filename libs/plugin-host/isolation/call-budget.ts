import { Clock } from '#lib/foundation';

/** Longest time for which a plugin may hold up everything else, milliseconds. */
export const LONGEST_WAIT_MS = 50;

/** Processor time from which on a call counts as slow, milliseconds. */
export const SLOW_CPU_MS = 20;

/** So many slow calls within {@link STRIKE_WINDOW_MS} cut a plugin off. */
export const STRIKES = 3;

/** See {@link STRIKES}, milliseconds. */
const STRIKE_WINDOW_MS = 60_000;

/**
 * How long Drover may wait for one plugin. What was waited is paid back with the time in which
 * nothing was waited for: many calls in a row hold up no longer than one, and a plugin never takes
 * more than half of the time.
 */
export class CallBudget {
  private readonly slowMs: number[] = [];
  private waitedMs = 0;
  private sinceMs: number;

  constructor(private readonly clock: Clock) {
    this.sinceMs = clock.nowMs();
  }

  /** How long the next call may be waited for, milliseconds; 0 = not at all. */
  get leftMs(): number {
    const freeMs = this.clock.nowMs() - this.sinceMs;
    return Math.max(0, LONGEST_WAIT_MS - Math.max(0, this.waitedMs - freeMs));
  }

  /** So long was waited until now. */
  spend(waitMs: number): void {
    const nowMs = this.clock.nowMs();
    const freeMs = Math.max(0, nowMs - waitMs - this.sinceMs);
    this.waitedMs = Math.max(0, this.waitedMs - freeMs) + waitMs;
    this.sinceMs = nowMs;
  }

  /**
   * Counts a call by its processor time, so that neither a busy machine nor garbage collection of
   * others counts. True when it was one slow call too many.
   */
  isExhaustedBy(cpuMs: number): boolean {
    if (cpuMs <= SLOW_CPU_MS) return false;
    const nowMs = this.clock.nowMs();
    this.slowMs.push(nowMs);
    while (this.slowMs[0]! <= nowMs - STRIKE_WINDOW_MS) this.slowMs.shift();
    return this.slowMs.length >= STRIKES;
  }
}

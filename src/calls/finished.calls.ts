import { Inject, Injectable } from '@nestjs/common';
import { type CancelTimer, type Clock, CLOCK } from '#lib/foundation';

/** The part of following a call that nobody waits for. */
export interface FinishedCall {
  /** Does what is left to do; called once and never throws. */
  settle(): void;
}

/** So many are settled together: more would be felt by the requests that come meanwhile. */
const BATCH = 32;

/** A call is settled after this time at the latest, milliseconds. */
const SETTLE_MS = 20;

/**
 * Calls that have ended and are yet to be recorded and counted. Done a few at a time, this costs less
 * and keeps out of the way of those that run. Whoever shows records or counts settles first, so that
 * nothing that has ended is missing.
 */
@Injectable()
export class FinishedCalls {
  private waiting: FinishedCall[] = [];
  private cancelTimer: CancelTimer | null = null;

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** Takes a call that has ended. */
  add(call: FinishedCall): void {
    this.waiting.push(call);
    if (this.waiting.length >= BATCH) this.settle();
    else {
      this.cancelTimer ??= this.clock.after(SETTLE_MS, () => {
        this.cancelTimer = null;
        this.settle();
      });
    }
  }

  /** Settles everything that has ended so far. */
  settle(): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    for (const call of waiting) call.settle();
  }

  /** Settles what is left; nothing waits afterwards. */
  close(): void {
    this.settle();
    this.cancelTimer?.();
    this.cancelTimer = null;
  }
}

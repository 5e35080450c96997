import { CancelTimer, Clock } from './clock.interface.js';

/** Longest delay that Node's timers take; what is longer they run at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The real clock: `performance.now()` and Node's timers. */
export class SystemClock implements Clock {
  nowMs(): number {
    return performance.now();
  }

  wallMs(): number {
    return Date.now();
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), LONGEST_MS));
    timer.unref();
    return () => clearTimeout(timer);
  }

  every(periodMs: number, callback: () => void): CancelTimer {
    const timer = setInterval(callback, Math.min(periodMs, LONGEST_MS));
    timer.unref();
    return () => clearInterval(timer);
  }
}

import { CancelTimer, Clock } from './clock.interface.js';

/** The real clock: `performance.now()` and Node's timers. */
export class SystemClock implements Clock {
  nowMs(): number {
    return performance.now();
  }

  wallMs(): number {
    return Date.now();
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  }

  every(periodMs: number, callback: () => void): CancelTimer {
    const timer = setInterval(callback, periodMs);
    timer.unref();
    return () => clearInterval(timer);
  }
}

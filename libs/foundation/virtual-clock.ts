import { CancelTimer, Clock } from './clock.interface.js';

interface VirtualTimer {
  readonly dueMs: number;
  readonly sequence: number;
  readonly callback: () => void;
}

/**
 * A clock that moves only when told to. Timers due at the same instant fire in the order in which
 * they were set. Used by unit tests and by `drover simulate`.
 */
export class VirtualClock implements Clock {
  private currentMs = 0;
  private sequence = 0;
  private readonly timers = new Set<VirtualTimer>();

  /** @param wallOriginMs Unix milliseconds that correspond to virtual time 0. */
  constructor(private readonly wallOriginMs = 0) {}

  nowMs(): number {
    return this.currentMs;
  }

  wallMs(): number {
    return this.wallOriginMs + this.currentMs;
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    const dueMs = this.currentMs + Math.max(0, delayMs);
    const timer: VirtualTimer = { dueMs, sequence: this.sequence++, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  every(periodMs: number, callback: () => void): CancelTimer {
    let cancel: CancelTimer;
    const tick = (): void => {
      cancel = this.after(periodMs, tick);
      callback();
    };
    cancel = this.after(periodMs, tick);
    return () => cancel();
  }

  /** How many timers are set: a test that ends with more than zero leaks one. */
  get pendingTimers(): number {
    return this.timers.size;
  }

  /** Time of the next timer in virtual milliseconds, or null when none is set. */
  nextDueMs(): number | null {
    return this.next()?.dueMs ?? null;
  }

  /** Fires, in order, every timer due within the next `durationMs` and moves the time there. */
  advance(durationMs: number): void {
    const endMs = this.currentMs + durationMs;
    for (let timer = this.next(); timer && timer.dueMs <= endMs; timer = this.next()) {
      this.fire(timer);
    }
    this.currentMs = endMs;
  }

  /** Time passes and no timer fires: something holds the thread up. They fire late. */
  block(durationMs: number): void {
    this.currentMs += durationMs;
  }

  /** As {@link advance}, letting pending promise callbacks run before and after each timer. */
  async advanceAsync(durationMs: number): Promise<void> {
    const endMs = this.currentMs + durationMs;
    await settle();
    for (let timer = this.next(); timer && timer.dueMs <= endMs; timer = this.next()) {
      this.fire(timer);
      await settle();
    }
    this.currentMs = endMs;
    await settle();
  }

  private fire(timer: VirtualTimer): void {
    this.timers.delete(timer);
    this.currentMs = Math.max(this.currentMs, timer.dueMs);
    timer.callback();
  }

  private next(): VirtualTimer | undefined {
    let best: VirtualTimer | undefined;
    for (const timer of this.timers) {
      if (!best || timer.dueMs < best.dueMs) best = timer;
      else if (timer.dueMs === best.dueMs && timer.sequence < best.sequence) best = timer;
    }
    return best;
  }
}

/** Lets every promise callback that is already due run: a turn of the check phase, no waiting. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

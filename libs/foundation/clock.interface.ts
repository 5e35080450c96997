/** Cancels a timer; calling it twice or after the timer fired does nothing. */
export type CancelTimer = () => void;

/**
 * The only source of time in Drover. Production code gets {@link SystemClock}, unit tests and the
 * simulator get {@link VirtualClock}, so that nothing has to sleep to be tested.
 */
export interface Clock {
  /** Monotonic time in milliseconds since an arbitrary origin; never jumps. */
  nowMs(): number;

  /** Wall-clock time as Unix milliseconds; may jump, for display and storage only. */
  wallMs(): number;

  /** Runs `callback` once after `delayMs` milliseconds. The timer never keeps the process alive. */
  after(delayMs: number, callback: () => void): CancelTimer;

  /** Runs `callback` every `periodMs` milliseconds until cancelled. Never keeps the process alive. */
  every(periodMs: number, callback: () => void): CancelTimer;
}

/** Injection token of the process-wide {@link Clock}. */
export const CLOCK = Symbol.for('drover:clock');

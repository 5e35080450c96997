import { CancelTimer, Clock } from '#lib/foundation';
import { ShutdownSteps } from './shutdown-steps.interface.js';

/** One budget for draining and stopping. */
const SHUTDOWN_BUDGET_MS = 30_000;

/** How much longer than its budget a shutdown may take before the program ends whatever hangs. */
const SHUTDOWN_BACKSTOP_MS = 5000;

/** Least time for the models to stop when the time for requests is configured. */
const STOP_GRACE_MS = 10_000;

/**
 * Two signals within this time are one: a terminal signals everybody in the group, and npm passes
 * on what the terminal has sent already.
 */
export const SAME_SIGNAL_MS = 100;

/** Exit status of a shutdown that had to be cut short. */
const CUT_SHORT_STATUS = 1;

/** How long the parts of a shutdown may take, milliseconds. */
export interface ShutdownTimes {
  /** Time in which new connections are still accepted. */
  readonly preStopDelayMs: number;
  /** For the requests in flight; null: they and the stops share {@link SHUTDOWN_BUDGET_MS}. */
  readonly drainTimeoutMs: number | null;
}

/** What {@link ShutdownSequence} needs from outside. */
export interface ShutdownOptions {
  readonly clock: Clock;
  readonly steps: ShutdownSteps;
  /** Read when the shutdown begins. */
  readonly times: () => ShutdownTimes;
  /** Told what is going on, one sentence a time. */
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

/**
 * The end of the program, in order and within one budget:
 *
 * 1. `begin` stops what could start something; new connections are accepted for `preStopDelayMs`;
 * 2. the endless streams end, then the requests in flight are drained, and what is left of them at
 *    the end of the time is ended;
 * 3. models are stopped with what is left of the budget, at least 1 ms, or 10 s where the time for
 *    draining is configured;
 * 4. stores are closed; `finished` resolves to status 0.
 *
 * A second `begin` (a second signal) kills the models and finishes at once with status 1; so do
 * `crash`, and the backstop, when some step never ends.
 */
export class ShutdownSequence {
  /** Resolves to the exit status, once. */
  readonly finished: Promise<number>;
  private finish: (status: number) => void = () => {};
  private cancelBackstop: CancelTimer | null = null;
  private begunAtMs = 0;

  constructor(private readonly options: ShutdownOptions) {
    this.finished = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  /** Whether the shutdown has begun. */
  get hasBegun(): boolean {
    return this.cancelBackstop !== null;
  }

  /** Begins, or when it has begun already, ends at once. */
  begin(reason: string): void {
    const { clock, log } = this.options;
    if (this.hasBegun) {
      if (clock.nowMs() - this.begunAtMs < SAME_SIGNAL_MS) return;
      log('warn', `${reason} during the shutdown: ending at once`);
      this.cutShort();
      return;
    }
    log('info', `${reason}: shutting down`);
    this.begunAtMs = clock.nowMs();
    const budget = budgetOf(this.options.times());
    const longestMs = budget.preStopMs + budget.drainMs + budget.graceMs + SHUTDOWN_BACKSTOP_MS;
    this.cancelBackstop = clock.after(longestMs, () => {
      log('error', `the shutdown has not ended within ${longestMs / 1000} s`);
      this.cutShort();
    });
    this.run(budget).then(
      () => this.end(0),
      (error: unknown) => {
        log('error', `the shutdown has failed: ${String(error)}`);
        this.cutShort();
      },
    );
  }

  /** Something failed that nobody expected: kills the models and finishes with status 1. */
  crash(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.options.log('error', `an error that nobody caught ends Drover: ${text}`);
    this.cutShort();
  }

  private async run({ preStopMs, drainMs, graceMs }: Budget): Promise<void> {
    const { clock, steps } = this.options;
    steps.stopTriggers();
    if (preStopMs > 0) await new Promise<void>((resolve) => clock.after(preStopMs, resolve));
    const deadlineMs = clock.nowMs() + drainMs;
    steps.closeStreams();
    await this.drain(drainMs);
    const leftMs = Math.round(deadlineMs - clock.nowMs());
    await steps.stopModels(Math.max(1, graceMs, leftMs));
    await steps.closeStores();
  }

  private async drain(drainMs: number): Promise<void> {
    const { clock, steps } = this.options;
    const over = new AbortController();
    const cancel = clock.after(drainMs, () => over.abort());
    try {
      await steps.drain(over.signal);
    } finally {
      cancel();
    }
    if (over.signal.aborted) steps.endRequests();
  }

  private cutShort(): void {
    try {
      this.options.steps.killModels();
    } finally {
      this.end(CUT_SHORT_STATUS);
    }
  }

  private end(status: number): void {
    this.cancelBackstop?.();
    this.finish(status);
  }
}

interface Budget {
  readonly preStopMs: number;
  readonly drainMs: number;
  readonly graceMs: number;
}

function budgetOf({ preStopDelayMs, drainTimeoutMs }: ShutdownTimes): Budget {
  return {
    preStopMs: preStopDelayMs,
    drainMs: drainTimeoutMs ?? SHUTDOWN_BUDGET_MS,
    graceMs: drainTimeoutMs === null ? 0 : STOP_GRACE_MS,
  };
}

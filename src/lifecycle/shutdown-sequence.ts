import { CancelTimer, Clock } from '#lib/foundation';
import { ShutdownSteps } from './shutdown-steps.interface.js';

/** One budget for draining and stopping. */
export const SHUTDOWN_BUDGET_MS = 30_000;

/** After this the program ends whatever hangs. */
export const SHUTDOWN_BACKSTOP_MS = 35_000;

/**
 * Two signals within this time are one: a terminal signals everybody in the group, and npm passes
 * on what the terminal has sent already.
 */
export const SAME_SIGNAL_MS = 100;

/** Exit status of a shutdown that had to be cut short. */
export const CUT_SHORT_STATUS = 1;

/** What {@link ShutdownSequence} needs from outside. */
export interface ShutdownOptions {
  readonly clock: Clock;
  readonly steps: ShutdownSteps;
  /** Told what is going on, one sentence a time. */
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

/**
 * The end of the program, in order and within one budget:
 *
 * 1. `begin` stops what could start something, ends the endless streams, and drains;
 * 2. models are stopped with what is left of the budget, at least 1 ms;
 * 3. stores are closed; `finished` resolves to status 0.
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
    this.cancelBackstop = clock.after(SHUTDOWN_BACKSTOP_MS, () => {
      log('error', `the shutdown has not ended within ${SHUTDOWN_BACKSTOP_MS / 1000} s`);
      this.cutShort();
    });
    this.run(clock.nowMs() + SHUTDOWN_BUDGET_MS).then(
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

  private async run(deadlineMs: number): Promise<void> {
    const { clock, steps } = this.options;
    steps.stopTriggers();
    steps.closeStreams();
    await this.drain();
    await steps.stopModels(Math.max(1, Math.round(deadlineMs - clock.nowMs())));
    await steps.closeStores();
  }

  private async drain(): Promise<void> {
    const over = new AbortController();
    const cancel = this.options.clock.after(SHUTDOWN_BUDGET_MS, () => over.abort());
    try {
      await this.options.steps.drain(over.signal);
    } finally {
      cancel();
    }
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

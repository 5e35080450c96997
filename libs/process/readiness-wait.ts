import { CancelTimer, Clock } from '#lib/foundation';
import { ReadinessProbe } from './readiness-probe.interface.js';

const FIRST_PAUSE_MS = 10;
/** Half of it is what a long load waits in vain on average: 15 ms, for 1 % of a core meanwhile. */
const LONGEST_PAUSE_MS = 30;
const PAUSE_GROWTH = 1.5;
const PROBE_LIMIT_MS = 5000;
const NO_ANSWER = 'takes the connection and does not answer';

/** What a {@link ReadinessWait} needs. */
export interface ReadinessWaitOptions {
  readonly url: URL;
  /** Time from `begin` until `timeout` is reported. */
  readonly timeoutMs: number;
  readonly probe: ReadinessProbe;
  readonly clock: Clock;
  /** Called once, unless the wait is cancelled before. */
  readonly onOutcome: (outcome: ReadinessOutcome) => void;
}

/** Ready, or the time is over: with what was found last. */
export type ReadinessOutcome =
  { readonly ready: true } | { readonly ready: false; readonly finding: string };

/**
 * Waits until a server is ready: it asks at once, then after 10 ms growing by half up to 30 ms.
 * A probe that hangs is given up after 5 s, and at the deadline in any case.
 */
export class ReadinessWait {
  private pauseMs = FIRST_PAUSE_MS;
  private running: AbortController | null = null;
  private cancelPause: CancelTimer = () => {};
  private cancelLimit: CancelTimer = () => {};
  private cancelDeadline: CancelTimer = () => {};
  private finding = NO_ANSWER;
  private over = false;

  constructor(private readonly options: ReadinessWaitOptions) {}

  /** Sends the first probe and starts the deadline. */
  begin(): void {
    this.cancelDeadline = this.options.clock.after(this.options.timeoutMs, () =>
      this.end({ ready: false, finding: this.finding }),
    );
    this.ask();
  }

  /** Something (a line of output) suggests that the server may be ready by now. */
  nudge(): void {
    if (this.over || this.pauseMs === FIRST_PAUSE_MS) return;
    this.pauseMs = FIRST_PAUSE_MS;
    if (!this.running) this.pause();
  }

  /** Ends the wait without an outcome. */
  cancel(): void {
    this.over = true;
    this.cancelPause();
    this.cancelLimit();
    this.cancelDeadline();
    this.running?.abort();
    this.running = null;
  }

  private ask(): void {
    const running = new AbortController();
    this.running = running;
    this.cancelLimit = this.options.clock.after(PROBE_LIMIT_MS, () =>
      this.answered(running, NO_ANSWER),
    );
    this.options.probe.probe(this.options.url, running.signal).then(
      (finding) => this.answered(running, finding),
      (error: unknown) => this.answered(running, failureText(error)),
    );
  }

  private answered(running: AbortController, finding: string | null): void {
    if (this.running !== running) return;
    this.running = null;
    this.cancelLimit();
    running.abort();
    if (finding === null) {
      this.end({ ready: true });
      return;
    }
    this.finding = finding;
    this.pause();
  }

  private pause(): void {
    this.cancelPause();
    this.cancelPause = this.options.clock.after(this.pauseMs, () => this.ask());
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * PAUSE_GROWTH);
  }

  private end(outcome: ReadinessOutcome): void {
    this.cancel();
    this.options.onOutcome(outcome);
  }
}

function failureText(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' ? 'nobody listens there' : (code ?? message);
}

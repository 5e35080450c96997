import { CancelTimer, Clock, DroverError } from '#lib/foundation';
import { RuntimeExit, RuntimeInstance, RuntimePlugin } from '#lib/plugin-api';
import { OutputTail } from './output-tail.js';
import { exitText, healthCheckTimedOut, startFailed } from './process-errors.js';
import { ReadinessProbe } from './readiness-probe.interface.js';
import { ReadinessOutcome, ReadinessWait } from './readiness-wait.js';
import { StartOrder } from './start-order.js';

/** Grace of a start that is given up, milliseconds. */
export const ABORT_GRACE_MS = 5000;

/** How long after its grace a runtime may take to end a server before it is declared lost. */
const LOST_AFTER_MS = 30_000;

const READY_HINT = /listening|running on|startup complete|fired up|server started|ready/i;

/** What an {@link InstanceLife} works with. */
export interface InstanceTools {
  readonly runtime: RuntimePlugin;
  readonly probe: ReadinessProbe;
  readonly clock: Clock;
  readonly output: (chunk: Uint8Array) => void;
}

/** Whom an {@link InstanceLife} reports to. `gone` is the last call and comes exactly once. */
export interface InstanceListener {
  ready(life: InstanceLife): void;
  gone(life: InstanceLife, end: InstanceEnd): void;
}

/** How an instance ended. */
export interface InstanceEnd {
  /** Why it never became ready; null when it had been ready. */
  readonly error: DroverError | null;
  /** Null when nothing had been launched. */
  readonly exit: RuntimeExit | null;
}

/**
 * One server from launch to death: launches it, waits until it is ready, notices its end. It takes
 * no decision about the model; its owner ignores what comes from an instance that is not its own.
 */
export class InstanceLife {
  /** Monotonic time of the launch. */
  readonly beganMs: number;
  private server: RuntimeInstance | null = null;
  private wait: ReadinessWait | null = null;
  /** Until it is ready. */
  private tail: OutputTail | null = new OutputTail();
  private readonly launch = new AbortController();
  private cancelLost: CancelTimer = () => {};
  private error: DroverError | null = null;
  private endByMs: number | null = null;
  private readyMs: number | null = null;
  private over = false;

  constructor(
    readonly order: StartOrder,
    private readonly tools: InstanceTools,
    private readonly listener: InstanceListener,
  ) {
    this.beganMs = tools.clock.nowMs();
  }

  /** Where requests go; null before the launch. */
  get address(): URL | null {
    return this.server?.address ?? null;
  }

  /** What the runtime knows for displays. */
  get details(): Readonly<Record<string, string | number>> {
    return this.server?.details ?? {};
  }

  /** Monotonic time at which it became ready, or null. */
  get readyAtMs(): number | null {
    return this.readyMs;
  }

  /** Whether it has been told to end. */
  get ending(): boolean {
    return this.endByMs !== null;
  }

  /** Launches the server. */
  begin(): void {
    if (this.ending) {
      this.finish(null, this.error);
      return;
    }
    const start = { ...this.order, onOutput: (chunk: Uint8Array) => this.heard(chunk) };
    this.tools.runtime.start(start, this.launch.signal).then(
      (server) => this.launched(server),
      (error: unknown) => this.finish(null, this.launchFailure(error)),
    );
  }

  /** Ends the server; a later call with an earlier deadline hurries. `error` keeps its first value. */
  end(graceMs: number, error: DroverError | null): void {
    if (this.over) return;
    const byMs = this.tools.clock.nowMs() + graceMs;
    if (this.endByMs !== null && byMs >= this.endByMs) return;
    if (this.endByMs === null) this.error = error;
    this.endByMs = byMs;
    this.wait?.cancel();
    this.launch.abort();
    this.watchForLoss();
    if (this.server) this.stopServer(this.server, graceMs);
  }

  private launched(server: RuntimeInstance): void {
    if (this.over) {
      this.stopServer(server, 0);
      return;
    }
    this.server = server;
    server.exited.then(
      (exit) => this.exited(exit),
      () => this.exited({ code: null, signal: null }),
    );
    if (this.endByMs !== null) {
      this.stopServer(server, Math.max(0, this.endByMs - this.tools.clock.nowMs()));
      return;
    }
    if (this.order.probeUrl) this.awaitReadiness(this.order.probeUrl(server.address));
    else this.becomeReady();
  }

  private awaitReadiness(url: URL): void {
    const { probe, clock } = this.tools;
    const { model, timeoutMs } = this.order;
    const onOutcome = (outcome: ReadinessOutcome): void => {
      if (outcome.ready) {
        this.becomeReady();
        return;
      }
      const detail = [`${url.href} ${outcome.finding}`, ...this.lastWords()].join('; ');
      this.end(ABORT_GRACE_MS, healthCheckTimedOut(model, timeoutMs, detail));
    };
    this.wait = new ReadinessWait({ url, timeoutMs, probe, clock, onOutcome });
    this.wait.begin();
  }

  private becomeReady(): void {
    this.wait = null;
    this.tail = null;
    this.readyMs = this.tools.clock.nowMs();
    this.listener.ready(this);
  }

  private heard(chunk: Uint8Array): void {
    this.tools.output(chunk);
    this.tail?.take(chunk);
    if (!this.wait) return;
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    if (READY_HINT.test(text)) this.wait.nudge();
  }

  private stopServer(server: RuntimeInstance, graceMs: number): void {
    // `exited` alone tells the end; a runtime whose stop fails is caught by the loss timer.
    server.stop(graceMs).catch(() => {});
  }

  private watchForLoss(): void {
    this.cancelLost();
    const delayMs = (this.endByMs ?? 0) - this.tools.clock.nowMs() + LOST_AFTER_MS;
    this.cancelLost = this.tools.clock.after(delayMs, () =>
      this.exited({ code: null, signal: null, lost: true }),
    );
  }

  private exited(exit: RuntimeExit): void {
    if (this.readyMs !== null || this.ending) this.finish(exit, this.error);
    else this.finish(exit, this.endedEarly(exit));
  }

  private finish(exit: RuntimeExit | null, error: DroverError | null): void {
    if (this.over) return;
    this.over = true;
    this.wait?.cancel();
    this.wait = null;
    this.cancelLost();
    this.listener.gone(this, { exit, error });
  }

  private endedEarly(exit: RuntimeExit): DroverError {
    const hint = exit.code === 0 ? ': it must stay in the foreground' : '';
    const reason = `upstream command exited prematurely (${exitText(exit)})${hint}`;
    return startFailed(this.order.model, reason, this.lastWords()[0]);
  }

  /** What the server wrote last, if it wrote anything before it was ready. */
  private lastWords(): string[] {
    const text = this.tail?.text ?? '';
    return text === '' ? [] : [`its last output: ${text}`];
  }

  private launchFailure(error: unknown): DroverError {
    if (this.error) return this.error;
    if (error instanceof DroverError) return error;
    const reason = error instanceof Error ? error.message : String(error);
    return startFailed(this.order.model, `failed to start command: ${reason}`);
  }
}

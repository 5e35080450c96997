import { CancelTimer, Clock } from '#lib/foundation';
import {
  GpuProbeContext,
  GpuProbeHandle,
  GpuProbePlugin,
  GpuSample,
  ProbeError,
} from '#lib/plugin-api';
import { ProbeState } from './probe-state.interface.js';

/** Bounds of `detect`. */
const DETECT_TIMEOUT_MS = 6000;
/** Pause after a failure of a probe that has delivered since it was started. */
const SHORT_PAUSE_MS = 1000;
/** First pause of a probe that has not; it doubles up to the longest. */
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 300_000;
/** A probe that has delivered within this time works, whatever happens to its tool now … */
const TRUSTED_MS = 600_000;
/** … and is tried at pauses of at most this, so that it is back within ten seconds. */
const LONGEST_TRUSTED_PAUSE_MS = 8000;

const NOTHING_THERE = 'nothing of what it reads is there';

/** What a supervisor needs from around it. */
export interface ProbeSupervisorPorts {
  readonly clock: Clock;
  readonly context: GpuProbeContext;
  /** A probe has delivered; `isFirst` since it was (re)started. */
  readonly onSamples: (samples: readonly GpuSample[], isFirst: boolean) => void;
  readonly log: (message: string) => void;
}

/**
 * Keeps one probe running: detects it, starts it, starts it again when it fails. A probe that had
 * delivered is back after a second (but never asked more often than once per period); one that has not
 * since it was started again, within ten; one that never delivers is tried at growing pauses.
 */
export class ProbeSupervisor {
  private readonly stopped = new AbortController();
  private readonly errors = new Map<string, number>();
  private state: ProbeState['state'] = 'starting';
  private handle: GpuProbeHandle | null = null;
  private cancelTimer: CancelTimer = () => {};
  private pauseMs = FIRST_PAUSE_MS;
  private lastSuccessMs: number | null = null;
  private lastSampleAtMs = Number.NEGATIVE_INFINITY;
  private lastError: string | null = null;
  private detail: string | null = null;
  private beganMs = 0;
  private tookMs: number | null = null;
  private detecting: Promise<void>;

  constructor(
    readonly name: string,
    private readonly probe: GpuProbePlugin,
    private readonly ports: ProbeSupervisorPorts,
  ) {
    this.detecting = this.detect();
  }

  /** Higher wins where probes differ. */
  get priority(): number {
    return this.probe.priority;
  }

  /** How the probe is doing. */
  snapshot(): ProbeState {
    const { name, state, lastSuccessMs, lastError, tookMs, detail, errors } = this;
    return { name, state, lastSuccessMs, lastError, tookMs, detail, errors: new Map(errors) };
  }

  /** Ends the probe; resolves when nothing of it is left but a tool that it was still asking whether it is there. */
  async stop(): Promise<void> {
    this.stopped.abort();
    this.cancelTimer();
    this.state = 'stopped';
    const { handle } = this;
    this.handle = null;
    await Promise.all([this.detecting, handle?.stop()]);
  }

  private async detect(): Promise<void> {
    this.begin();
    const limit = new AbortController();
    const cancelLimit = this.ports.clock.after(DETECT_TIMEOUT_MS, () => {
      limit.abort(new ProbeError('timeout', `${this.name} has not answered in time`));
    });
    const signal = AbortSignal.any([this.stopped.signal, limit.signal]);
    try {
      const isThere = await withAbort(this.probe.detect(this.ports.context, signal), signal);
      if (this.stopped.signal.aborted) return;
      if (isThere) this.start();
      else this.retry('absent', new ProbeError('absent', NOTHING_THERE));
    } catch (error) {
      const isAbsent = error instanceof ProbeError && error.reason === 'absent';
      this.retry(isAbsent ? 'absent' : 'failed', error as Error);
    } finally {
      cancelLimit();
    }
  }

  private begin(): void {
    this.state = 'starting';
    this.beganMs = this.ports.clock.nowMs();
    this.tookMs = null;
  }

  private start(): void {
    let isFirst = true;
    let isOver = false;
    let hasTrouble = false;
    this.handle = this.probe.start(this.ports.context, {
      samples: (samples) => {
        if (isOver || this.stopped.signal.aborted) return;
        this.succeeded(isFirst);
        if (!hasTrouble) this.detail = null;
        hasTrouble = false;
        this.ports.onSamples(samples, isFirst);
        isFirst = false;
      },
      failed: (error) => {
        if (isOver) return;
        isOver = true;
        this.handle = null;
        this.retry('failed', error);
      },
      trouble: (error) => {
        if (isOver || this.stopped.signal.aborted) return;
        hasTrouble = true;
        this.count(error);
      },
    });
  }

  private succeeded(isFirst: boolean): void {
    const { clock, log } = this.ports;
    this.lastSuccessMs = clock.wallMs();
    this.lastSampleAtMs = clock.nowMs();
    this.pauseMs = FIRST_PAUSE_MS;
    if (isFirst) {
      this.state = 'up';
      this.tookMs = clock.nowMs() - this.beganMs;
      this.lastError = null;
      log(`GPU probe ${this.name} delivers`);
    }
  }

  private retry(state: 'absent' | 'failed', error: Error): void {
    if (this.stopped.signal.aborted) return;
    const hasDelivered = this.state === 'up';
    this.state = state;
    if (state === 'failed') this.count(error);
    else this.detail = error.message;
    const pauseMs = hasDelivered ? this.shortPauseMs() : this.nextPauseMs();
    this.cancelTimer = this.ports.clock.after(pauseMs, () => {
      if (!hasDelivered) this.detecting = this.detect();
      else this.restart();
    });
  }

  /** A probe that worked a moment ago is started again without being asked whether it can. */
  private restart(): void {
    this.begin();
    try {
      this.start();
    } catch (error) {
      this.retry('failed', error as Error);
    }
  }

  private nextPauseMs(): number {
    const isTrusted = this.ports.clock.nowMs() - this.lastSampleAtMs <= TRUSTED_MS;
    const pauseMs = Math.min(this.pauseMs, isTrusted ? LONGEST_TRUSTED_PAUSE_MS : LONGEST_PAUSE_MS);
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
    return pauseMs;
  }

  private shortPauseMs(): number {
    const { clock, context } = this.ports;
    const sinceMs = clock.nowMs() - this.lastSampleAtMs;
    return Math.max(SHORT_PAUSE_MS, context.periodMs - sinceMs);
  }

  private count(error: Error): void {
    const reason = error instanceof ProbeError ? error.reason : 'error';
    this.errors.set(reason, (this.errors.get(reason) ?? 0) + 1);
    this.detail = error.message;
    if (this.lastError === error.message) return;
    this.lastError = error.message;
    this.ports.log(`GPU probe ${this.name} does not work: ${error.message}`);
  }
}

/** The promise, or the signal's reason as soon as it aborts: a probe that ignores the signal too. */
async function withAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

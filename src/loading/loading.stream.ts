import { ServerResponse } from 'node:http';
import { CancelTimer, Clock, DroverError } from '#lib/foundation';
import { BegunStream } from '#lib/proxy';
import { CallFollower } from '../calls/followed-call.interface.js';
import { errorEnvelope } from '../http/error-answer.js';
import { EventBoundary } from './event-boundary.js';
import { KEEP_ALIVE, LoadingDialect, LoadingState } from './loading.dialect.js';

const SEPARATOR = '━━━━━';

/** Without news for this long something is sent, lest a proxy between takes the stream for dead. */
const SILENCE_MS = 15_000;

/** Least time between two reminders of how long it may still take. */
const REMINDER_MS = 6000;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/** The wait that a stream tells about. */
export interface Wait {
  readonly response: ServerResponse;
  readonly model: string;
  /** Monotonic milliseconds. */
  readonly sinceMs: number;
  /** Null until a load has been measured. */
  readonly expectedMs: number | null;
}

/**
 * Tells a client, in its own event stream, how the wait for its model goes, and hands the stream over
 * to the model's answer. Writes on its own clock only, and nothing to a client that does not read.
 */
export class LoadingStream implements CallFollower, BegunStream {
  private begun = false;
  private isOver = false;
  private position: number | null = null;
  private toldPosition: number | null = null;
  private remindedMs: number;
  private cancelTimer: CancelTimer | null = null;
  private readonly answer = new EventBoundary();
  /** The answer does not fit in and is not sent on as it comes. */
  private isCollected = false;
  /** When something was last sent, monotonic milliseconds. */
  private sentMs = 0;

  constructor(
    private readonly wait: Wait,
    private readonly dialect: LoadingDialect,
    private readonly clock: Clock,
  ) {
    this.remindedMs = wait.sinceMs;
  }

  /** Whether status and headers have been sent. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** Begins as soon as what is refused at once has been. */
  beginSoon(): void {
    this.cancelTimer = this.clock.after(1, () => this.begin());
  }

  onPosition(position: number): void {
    this.position = position;
  }

  /** The model is ready; what is silent from now on is the model. */
  ready(): void {
    this.stopTimer();
    this.position = null;
    if (!this.begun) {
      this.isOver = true;
      return;
    }
    const took = (this.elapsedMs / 1000).toFixed(2);
    this.write(this.dialect.text(`\nDone! (${took}s)\n${SEPARATOR}\n \n`));
    this.watchSilence();
  }

  onChunk(chunk: Uint8Array): void {
    if (this.isCollected) return;
    this.answer.add(chunk);
    this.sentMs = this.clock.nowMs();
  }

  onClosed(): void {
    this.finish();
  }

  /** The wait or the answer has failed: the stream says so and ends. */
  fail(error: DroverError): void {
    this.finish();
    const { response } = this.wait;
    if (!this.begun || response.writableEnded || response.destroyed) return;
    const text = this.dialect.text(`\nFailed: ${error.message}\n${SEPARATOR}\n`);
    response.end(text + this.dialect.failure(errorEnvelope(error)));
  }

  accepts(status: number, headers: readonly string[]): boolean {
    const isStream = /text\/event-stream/i.test(valueOf(headers, 'content-type'));
    const coding = valueOf(headers, 'content-encoding').toLowerCase();
    const isAccepted = status === 200 && isStream && (coding === '' || coding === 'identity');
    this.isCollected = !isAccepted;
    return isAccepted;
  }

  replacement(status: number, body: Buffer): string {
    return this.dialect.failure(errorOf(body) ?? errorEnvelope(misfit(status)));
  }

  private get elapsedMs(): number {
    return this.clock.nowMs() - this.wait.sinceMs;
  }

  private begin(): void {
    const { response, model } = this.wait;
    if (this.isOver || response.headersSent || response.destroyed) return;
    this.begun = true;
    const isH2 = response.req.httpVersionMajor > 1;
    response.writeHead(200, isH2 ? HEADERS : { ...HEADERS, Connection: 'keep-alive' });
    response.write(this.dialect.text(`${SEPARATOR}\nllama-swap loading model: ${model}\n`));
    response.flushHeaders();
    this.write(this.dialect.state(this.state()) + this.reminder());
    this.cancelTimer = this.clock.every(this.dialect.everyMs, () => this.tick());
  }

  private tick(): void {
    if (this.position !== this.toldPosition) {
      this.toldPosition = this.position;
      const text = this.position === null ? '' : `\nQueue position: #${this.position} `;
      this.write(this.dialect.text(text) || this.dialect.state(this.state()));
      return;
    }
    const isDue = this.clock.nowMs() - this.remindedMs >= REMINDER_MS;
    this.write((isDue ? this.reminder() : '') || this.dialect.state(this.state()));
  }

  /** How long it takes, as far as that is known. */
  private reminder(): string {
    this.remindedMs = this.clock.nowMs();
    const { expectedMs } = this.wait;
    if (expectedMs === null) return '';
    const expected = Math.max(1, Math.round(expectedMs / 1000));
    const left = Math.round((expectedMs - this.elapsedMs) / 1000);
    const rest = left > 0 ? `ready in about ${left} s` : `it usually takes ${expected} s`;
    return this.dialect.text(`\n${rest} `);
  }

  private state(): LoadingState {
    const { model, expectedMs } = this.wait;
    return { model, queuePosition: this.position, elapsedMs: this.elapsedMs, expectedMs };
  }

  private write(events: string): void {
    const { response } = this.wait;
    const isClosed = response.destroyed || response.writableEnded;
    if (events === '' || isClosed || response.writableNeedDrain) return;
    response.write(events);
    this.sentMs = this.clock.nowMs();
  }

  /** Ends every silence of the model, before its first byte and later, but never inside an event. */
  private watchSilence(): void {
    const silentMs = this.clock.nowMs() - this.sentMs;
    if (silentMs >= SILENCE_MS && this.answer.isBetweenEvents) this.write(KEEP_ALIVE);
    const restMs = silentMs < SILENCE_MS ? SILENCE_MS - silentMs : SILENCE_MS;
    this.cancelTimer = this.clock.after(restMs, () => this.watchSilence());
  }

  private finish(): void {
    this.isOver = true;
    this.stopTimer();
  }

  private stopTimer(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
  }
}

function valueOf(headers: readonly string[], name: string): string {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at]!.toLowerCase() === name) return headers[at + 1]!;
  }
  return '';
}

/** The upstream's own error, if its answer is one. */
function errorOf(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && 'error' in value;
    if (!isObject) return null;
    const { error } = value;
    if (typeof error === 'object' && error !== null) return { ...value };
    return { ...value, error: { message: String(error), type: 'server_error' } };
  } catch {
    return null;
  }
}

function misfit(status: number): DroverError {
  const message = `the model answered with status ${status} and no event stream`;
  return new DroverError('UPSTREAM_BROKEN', message);
}

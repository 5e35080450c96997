import { CancelTimer, Clock } from '#lib/foundation';
import { OtlpAnswer } from './otlp.interface.js';

/** Most items that wait; what comes on top is dropped and counted. */
export const MOST_WAITING = 2048;
/** Items of one export. */
export const MOST_IN_EXPORT = 512;
const FLUSH_AFTER_MS = 5000;
const TIMEOUT_MS = 10_000;
const LAST_TIMEOUT_MS = 2000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const MOST_ATTEMPTS = 5;
/** Answers after which the same export may be sent again (OTLP 1.x, "Retryable Response Codes"). */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** What a queue needs from around it. */
export interface ExportQueuePorts<Item> {
  readonly clock: Clock;
  readonly send: (items: readonly Item[], signal: AbortSignal) => Promise<OtlpAnswer>;
  /** Told once when exports begin to fail, and once when they work again. */
  readonly log: (message: string) => void;
}

/** How many items went which way. */
export interface ExportCounts {
  readonly exported: number;
  readonly dropped: number;
  /** Exports that failed for good or were tried again. */
  readonly failures: number;
}

/**
 * Takes items and exports them in batches, one export at a time. Whoever adds never waits; memory is
 * bounded, and what does not fit is dropped and counted.
 */
export class ExportQueue<Item> {
  private waiting: Item[] = [];
  private cancelTimer: CancelTimer | null = null;
  private exporting: Promise<void> | null = null;
  private readonly stopped = new AbortController();
  private exported = 0;
  private dropped = 0;
  private failures = 0;
  private isFailing = false;

  constructor(private readonly ports: ExportQueuePorts<Item>) {}

  /** How the exports have gone so far. */
  get counts(): ExportCounts {
    const { exported, dropped, failures } = this;
    return { exported, dropped, failures };
  }

  /** Adds an item, to be exported within some seconds. */
  add(item: Item): void {
    if (this.waiting.length >= MOST_WAITING) {
      this.dropped += 1;
      return;
    }
    this.waiting.push(item);
    if (this.exporting) return;
    if (this.waiting.length >= MOST_IN_EXPORT) this.begin();
    else this.cancelTimer ??= this.ports.clock.after(FLUSH_AFTER_MS, () => this.begin());
  }

  /** Ends the queue: one last try for what waits, bounded in time. */
  async close(): Promise<void> {
    this.stopped.abort();
    await this.exporting;
    this.cancelTimer?.();
    const items = this.waiting.splice(0);
    for (let at = 0; at < items.length; at += MOST_IN_EXPORT) {
      const { status } = await this.trySend(items.slice(at, at + MOST_IN_EXPORT), LAST_TIMEOUT_MS);
      if (isGood(status)) continue;
      this.dropped += items.length - at;
      return;
    }
  }

  private begin(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.exporting = this.exportAll().finally(() => (this.exporting = null));
  }

  private async exportAll(): Promise<void> {
    while (this.waiting.length > 0 && !this.stopped.signal.aborted) {
      await this.deliver(this.waiting.splice(0, MOST_IN_EXPORT));
    }
  }

  private async deliver(items: readonly Item[]): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const { status, retryAfterSeconds } = await this.trySend(items, TIMEOUT_MS);
      if (isGood(status)) return;
      if (status !== 0 && !RETRYABLE.has(status)) break;
      await this.pause(Math.max(pauseMs, (retryAfterSeconds ?? 0) * 1000));
      if (this.stopped.signal.aborted) {
        this.waiting.unshift(...items);
        return;
      }
      pauseMs *= 2;
    }
    this.dropped += items.length;
  }

  private async trySend(items: readonly Item[], timeoutMs: number): Promise<OtlpAnswer> {
    const limit = new AbortController();
    const cancel = this.ports.clock.after(timeoutMs, () => limit.abort(new Error('timeout')));
    try {
      const answer = await this.ports.send(items, limit.signal);
      this.sent(items, answer.status, `status ${answer.status}`);
      return answer;
    } catch (error) {
      this.sent(items, 0, error instanceof Error ? error.message : String(error));
      return { status: 0, retryAfterSeconds: null };
    } finally {
      cancel();
    }
  }

  private sent(items: readonly Item[], status: number, words: string): void {
    if (isGood(status)) this.exported += items.length;
    else this.failures += 1;
    if (isGood(status) !== this.isFailing) return;
    this.isFailing = !this.isFailing;
    this.ports.log(this.isFailing ? `exports fail: ${words}` : 'exports work again');
  }

  /** Over at once when the queue ends. */
  private async pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { signal } = this.stopped;
    const wake = (): void => resolve();
    const cancel = this.ports.clock.after(Math.min(LONGEST_PAUSE_MS, ms), wake);
    signal.addEventListener('abort', wake);
    if (signal.aborted) wake();
    await promise;
    signal.removeEventListener('abort', wake);
    cancel();
  }
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

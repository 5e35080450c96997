import { SseParser } from './sse-parser.js';

/** State of the event stream. */
export type ConnectionState = 'connecting' | 'connected' | 'disconnected';

/** The outside world of a {@link LiveConnection}; injected so that tests need no network. */
export interface ConnectionWorld {
  fetch(url: string, init: RequestInit): Promise<Response>;
  after(delayMs: number, callback: () => void): () => void;
}

/** What a {@link LiveConnection} tells. */
export interface ConnectionListener {
  state(state: ConnectionState): void;
  /** The stream has opened; the first frames of a fresh state follow. */
  opened(): void;
  /** The server has answered, but with a failure such as 403. */
  denied(response: Response): void;
  message(data: string): void;
}

/** Pauses before the attempts after a failure, in milliseconds; the last one repeats. */
export const RETRY_DELAYS_MS = [1000, 2000, 4000, 5000];

/** A stream that is silent for this long (Drover pings every 15 s) is taken for dead. */
export const SILENCE_LIMIT_MS = 45_000;

/**
 * Keeps one event stream open for as long as the page lives. Read with `fetch` rather than
 * `EventSource`, because only so are the server's pings seen and a half-open connection noticed.
 */
export class LiveConnection {
  private attempt = 0;
  private abort: AbortController | null = null;
  private cancelRetry: (() => void) | null = null;
  private cancelSilence: (() => void) | null = null;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly world: ConnectionWorld,
    private readonly listener: ConnectionListener,
  ) {}

  /** Opens the stream, at once, also when a later attempt is planned. */
  connect(): void {
    if (this.closed || this.abort) return;
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.abort = new AbortController();
    this.listener.state('connecting');
    void this.run(this.abort);
  }

  /** Ends the stream for good. */
  close(): void {
    this.closed = true;
    this.pause();
  }

  /** Ends the stream and plans no attempt until {@link connect} is called. */
  pause(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.cancelSilence?.();
    this.cancelSilence = null;
    this.abort?.abort();
    this.abort = null;
  }

  private async run(abort: AbortController): Promise<void> {
    try {
      const headers = { Accept: 'text/event-stream' };
      const response = await this.world.fetch(this.url, { headers, signal: abort.signal });
      if (!response.ok || !response.body) {
        this.listener.denied(response);
        throw new Error(`HTTP ${response.status}`);
      }
      this.attempt = 0;
      this.listener.state('connected');
      this.listener.opened();
      await this.read(response.body, abort);
    } catch {
      // Whatever ended the stream, the answer is the same: try again.
    }
    this.ended(abort);
  }

  private async read(body: ReadableStream<Uint8Array>, abort: AbortController): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const parser = new SseParser();
    for (;;) {
      this.watchSilence(abort);
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        this.listener.message(event.data);
      }
    }
  }

  private watchSilence(abort: AbortController): void {
    this.cancelSilence?.();
    this.cancelSilence = this.world.after(SILENCE_LIMIT_MS, () => abort.abort());
  }

  private ended(abort: AbortController): void {
    this.cancelSilence?.();
    this.cancelSilence = null;
    if (this.closed || this.abort !== abort) return;
    this.abort = null;
    this.listener.state('disconnected');
    const index = Math.min(this.attempt, RETRY_DELAYS_MS.length - 1);
    this.attempt += 1;
    this.cancelRetry = this.world.after(RETRY_DELAYS_MS[index]!, () => this.connect());
  }
}

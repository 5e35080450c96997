import { request } from '../api/client.js';
import { modelPath } from '../api/client.js';
import { RETRY_DELAYS_MS } from '../logic/live-connection.js';
import { LogSource } from './log-source.svelte.js';

/** Log of one model: history first, then live; reconnects for as long as it is open. */
export class ModelLog {
  readonly source = new LogSource();
  problem = $state('');
  private readonly abort = new AbortController();
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly model: string) {
    void this.run();
  }

  close(): void {
    this.abort.abort();
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    try {
      const headers = { Accept: 'text/plain' };
      const init = { headers, signal: this.abort.signal };
      const response = await request(`/logs/stream/${modelPath(this.model)}`, init);
      this.attempt = 0;
      this.problem = '';
      // The server sends its history first: what was shown before is part of it.
      this.source.reset();
      await this.read(response.body!.getReader());
      this.problem = 'The log stream has ended; reconnecting…';
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
    if (this.abort.signal.aborted) return;
    const delayMs = RETRY_DELAYS_MS[Math.min(this.attempt, RETRY_DELAYS_MS.length - 1)]!;
    this.attempt += 1;
    this.timer = setTimeout(() => void this.run(), delayMs);
  }

  private async read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.source.append(decoder.decode(value, { stream: true }));
    }
  }
}

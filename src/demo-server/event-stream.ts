import { once } from 'node:events';
import { ServerResponse } from 'node:http';

/** Writes server-sent events and waits for slow readers. */
export class EventStream {
  constructor(
    private readonly response: ServerResponse,
    private readonly signal: AbortSignal,
  ) {}

  /** Sends one event; the status line and headers go out before the first. */
  async send(data: unknown, event?: string): Promise<void> {
    this.open();
    const head = event === undefined ? '' : `event: ${event}\n`;
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    if (this.response.write(`${head}data: ${text}\n\n`)) return;
    await once(this.response, 'drain', { signal: this.signal });
  }

  /** Ends the stream. */
  end(): void {
    this.open();
    this.response.end();
  }

  private open(): void {
    if (this.response.headersSent) return;
    this.response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
    });
  }
}

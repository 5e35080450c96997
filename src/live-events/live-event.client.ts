import { ServerResponse } from 'node:http';
import { LiveEventType } from './live-event.js';

/** Bytes that may wait for a slow client before events are dropped. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** One listener of the live events. What it does not read in time is dropped, and it is told how many. */
export class LiveEventClient {
  private dropped = 0;
  private untold = 0;

  constructor(
    private readonly response: ServerResponse,
    readonly types: ReadonlySet<LiveEventType>,
  ) {
    response.on('drain', () => this.caughtUp());
  }

  /** Events that were not sent because the client was too slow. */
  get droppedCount(): number {
    return this.dropped;
  }

  /** Sends an event, or drops it. */
  send(frame: string): void {
    const { response } = this;
    if (response.destroyed || response.writableEnded) return;
    if (response.writableLength <= MOST_WAITING_BYTES) {
      response.write(frame);
    } else {
      this.dropped += 1;
      this.untold += 1;
    }
  }

  /** A comment, which no client sees, keeps idle connections open. */
  ping(): void {
    if (!this.response.writableNeedDrain) this.send(':\n\n');
  }

  /** Ends the stream. */
  end(): void {
    if (!this.response.writableEnded) this.response.end();
  }

  private caughtUp(): void {
    const { untold } = this;
    if (untold === 0) return;
    this.untold = 0;
    this.send(`event: dropped\ndata: {"count":${untold}}\n\n`);
  }
}

import { CancelTimer, Clock } from '#lib/foundation';
import { LogMonitor, LogReader } from '#lib/logs';
import { EventClient } from './event.client.js';
import { eventFrame } from './event-topics.js';

/** Least time between two messages of one log. */
const PAUSE_MS = 100;

/** A log and what clients call it. */
export interface FedLog {
  readonly source: 'proxy' | 'upstream';
  readonly log: LogMonitor;
}

/**
 * Sends one log to one client, what was written in the meantime in one message. A log's lines wait
 * in its reader, which tells how much is lost when a client does not keep up.
 */
export class LogFeed {
  private readonly source: FedLog['source'];
  private readonly reader: LogReader;
  private readonly history: Uint8Array;
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private cancelPause: CancelTimer | null = null;
  private endPause: (() => void) | null = null;

  constructor(
    { source, log }: FedLog,
    private readonly client: EventClient,
    private readonly clock: Clock,
  ) {
    this.source = source;
    // One synchronous stretch: nothing is written between the two.
    this.history = log.history();
    this.reader = log.open({ history: false });
  }

  /** Sends the history, also when there is none. */
  sendHistory(): void {
    void this.send(this.history);
  }

  /** Sends what is written from the construction on, until the log or the feed ends. */
  async run(): Promise<void> {
    for await (const piece of this.reader) {
      await this.send(piece);
      if (this.client.isClosed) break;
      await this.pause();
    }
  }

  /** Ends the feed. */
  close(): void {
    this.reader.close();
    this.cancelPause?.();
    this.endPause?.();
  }

  private send(piece: Uint8Array): Promise<void> {
    const data = this.decoder.decode(piece, { stream: true });
    return this.client.sendLog(eventFrame('logData', { source: this.source, data }));
  }

  private async pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.endPause = resolve;
      this.cancelPause = this.clock.after(PAUSE_MS, resolve);
    });
  }
}

import { ServerResponse } from 'node:http';
import { CancelTimer, Clock } from '#lib/foundation';

/** Idle connections are cut by proxies, often after 30 s. */
const PING_MS = 15_000;

/** One listener of an event stream. */
export interface EventStreamClient {
  /** Messages that were not sent because the client was too slow. */
  readonly droppedCount: number;
  /** Keeps an idle connection open. */
  ping(): void;
  /** Ends the stream. */
  end(): void;
}

/** All listeners of one event stream: counted, kept connected, and ended when Drover ends. */
export abstract class EventStreamHub<Client extends EventStreamClient> {
  protected readonly clients = new Set<Client>();
  /** What clients that have left had lost. */
  private droppedBefore = 0;

  /** @param closing aborts when endless streams shall end */
  constructor(
    protected readonly clock: Clock,
    protected readonly closing: AbortSignal,
  ) {
    closing.addEventListener('abort', () => this.endAll(), { once: true });
  }

  /** How many listen. */
  get clientCount(): number {
    return this.clients.size;
  }

  /** Messages that clients have lost because they were too slow. */
  get droppedCount(): number {
    let dropped = this.droppedBefore;
    for (const client of this.clients) dropped += client.droppedCount;
    return dropped;
  }

  /** Counts a client until its connection closes; `left` is called when that was the last one. */
  protected join(client: Client, response: ServerResponse, left: () => void): void {
    this.clients.add(client);
    response.once('close', () => {
      this.clients.delete(client);
      this.droppedBefore += client.droppedCount;
      if (this.clients.size === 0) left();
    });
  }

  /** Keeps all connections open until the timer is cancelled. */
  protected startPings(): CancelTimer {
    return this.clock.every(PING_MS, () => {
      for (const client of this.clients) client.ping();
    });
  }

  protected endAll(): void {
    for (const client of this.clients) client.end();
  }
}

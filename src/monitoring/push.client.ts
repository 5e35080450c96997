import { type Socket } from 'socket.io';

/** Messages that may wait for a client that does not read before further ones are dropped. */
const MOST_WAITING = 64;

/**
 * One client of the push. Its messages go at once, or wait while the connection is busy; a client that
 * does not read loses what exceeds the limit, and gets the present state when it reads again.
 */
export class PushClient {
  /** Messages that are not handed to the connection yet. */
  private waiting = 0;
  private dropped = 0;
  private isStateMissed = false;
  private wanted: ReadonlySet<string> | null = null;

  constructor(
    private readonly socket: Socket,
    private readonly state: () => unknown,
  ) {
    socket.conn.on('drain', () => this.drained());
  }

  /** Messages that were not sent because the client was too slow. */
  get droppedCount(): number {
    return this.dropped;
  }

  /** Whether the client has asked for this model, or for no model in particular. */
  wants(model: string): boolean {
    return this.wanted === null || this.wanted.has(model);
  }

  /** Limits what the client gets to some models; null: to none in particular. */
  limitTo(models: ReadonlySet<string> | null): void {
    this.wanted = models;
  }

  /** Sends a message, or drops it. */
  send(event: string, payload: unknown): void {
    if (this.waiting >= MOST_WAITING) this.dropped += 1;
    else this.emit(event, payload);
  }

  /** Sends the present state, or the then present one as soon as there is room: the last one counts. */
  sendState(): void {
    if (this.waiting === 0) this.emit('llama-status:update', this.state());
    else this.isStateMissed = true;
  }

  private emit(event: string, payload: unknown): void {
    this.waiting += 1;
    this.socket.emit(event, payload);
  }

  private drained(): void {
    this.waiting = 0;
    if (!this.isStateMissed) return;
    this.isStateMissed = false;
    this.sendState();
  }
}

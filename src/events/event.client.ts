import { ServerResponse } from 'node:http';
import { EventTopic, StateTopic } from './event-topics.js';

/** Bytes that may wait for a slow client before state is no longer written but sent anew later. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** Most rows of the activity log of which a slow client is told when it has caught up. */
const MOST_WAITING_ROWS = 1000;

/** Writes the state of a topic anew. */
export type StateFrames = (topic: StateTopic) => string;

/**
 * One listener of the event stream. What a slow client misses of the state is made good by a message
 * with the whole state when it has caught up; logs wait until there is room.
 */
export class EventClient {
  private readonly missed = new Set<StateTopic>();
  private missedRows: string[] = [];
  private dropped = 0;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly response: ServerResponse,
    readonly topics: ReadonlySet<EventTopic>,
    private readonly states: StateFrames,
  ) {
    response.on('drain', () => this.caughtUp());
    response.once('close', () => this.wake());
  }

  /** Messages that were not sent because the client was too slow. */
  get droppedCount(): number {
    return this.dropped;
  }

  get isClosed(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  /** Sends a message that is no log. */
  send(topic: EventTopic, frame: string): void {
    if (this.isClosed || !this.topics.has(topic)) return;
    if (this.response.writableLength <= MOST_WAITING_BYTES) this.response.write(frame);
    else if (topic === 'activity') this.missRow(frame);
    else if (topic !== 'logData') {
      this.missed.add(topic);
      this.dropped += 1;
    }
  }

  /** Sends a piece of a log; resolves when there is room for the next one. */
  async sendLog(frame: string): Promise<void> {
    if (this.isClosed || this.response.write(frame)) return;
    await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  /** A comment, which no client sees, keeps idle connections open. */
  ping(): void {
    if (!this.isClosed && !this.response.writableNeedDrain) this.response.write(':\n\n');
  }

  /** Ends the stream. */
  end(): void {
    if (!this.isClosed) this.response.end();
    this.wake();
  }

  private missRow(frame: string): void {
    this.missedRows.push(frame);
    if (this.missedRows.length <= MOST_WAITING_ROWS) return;
    this.missedRows.shift();
    this.dropped += 1;
  }

  private caughtUp(): void {
    const topics = [...this.missed];
    const rows = this.missedRows;
    this.missed.clear();
    this.missedRows = [];
    for (const topic of topics) this.send(topic, this.states(topic));
    for (const row of rows) this.send('activity', row);
    this.wake();
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

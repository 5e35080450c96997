import { Clock } from '#lib/foundation';
import { LiveEvent, LiveEventType } from './live-event.js';

/** For how long an event can be asked for again, milliseconds. */
export const KEEP_MS = 300_000;

/** Most events that are kept, whatever their age. */
const MOST_EVENTS = 5000;

interface Kept {
  readonly event: LiveEvent;
  readonly atMs: number;
}

/** The live events of the last five minutes, for clients that come back. */
export class LiveEventLog {
  private kept: Kept[] = [];
  /** Entries at the beginning that are forgotten already. */
  private gone = 0;
  private last = 0;

  /** @param epoch tells the numbers of this run from those of another */
  constructor(
    private readonly clock: Clock,
    private readonly epoch: string,
  ) {}

  /** Id of the newest event, from which a client that comes back goes on. */
  get newestId(): string {
    return this.idOf(this.last);
  }

  /** Id of an event for clients. */
  idOf(number: number): string {
    return `${this.epoch}-${number}`;
  }

  /** Keeps an event. */
  add(type: LiveEventType, data: unknown): LiveEvent {
    const event = { number: (this.last += 1), type, data };
    this.kept.push({ event, atMs: this.clock.nowMs() });
    this.forgetOld();
    return event;
  }

  /** What came after the event with this id; null when that cannot be told completely any more. */
  since(id: string): readonly LiveEvent[] | null {
    const [, epoch, digits] = /^(\w+)-(\d{1,15})$/.exec(id) ?? [];
    const number = Number(digits);
    if (epoch !== this.epoch || number > this.last) return null;
    this.forgetOld();
    const oldest = this.kept[this.gone]?.event.number ?? this.last + 1;
    if (number < oldest - 1) return null;
    return this.kept.slice(this.gone + (number - oldest + 1)).map(({ event }) => event);
  }

  private forgetOld(): void {
    const { kept } = this;
    const oldestMs = this.clock.nowMs() - KEEP_MS;
    while (this.gone < kept.length && this.isOver(this.gone, oldestMs)) this.gone += 1;
    if (this.gone <= kept.length / 2) return;
    this.kept = kept.slice(this.gone);
    this.gone = 0;
  }

  private isOver(at: number, oldestMs: number): boolean {
    return this.kept.length - at > MOST_EVENTS || this.kept[at]!.atMs < oldestMs;
  }
}

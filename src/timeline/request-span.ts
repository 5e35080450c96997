import { CallFollower, FollowedCall } from '../calls/followed-call.interface.js';
import { RequestRecord } from './timeline-entry.interface.js';

/** What a span needs of the outside. */
export interface SpanWorld {
  wallMs(): number;
  /** The request has ended; the record will not change any more. */
  ended(record: RequestRecord): void;
}

/** One request on the timeline. Times are wall-clock Unix milliseconds. */
export class RequestSpan implements CallFollower, RequestRecord {
  readonly model: string;
  readonly path: string;
  readonly atMs: number;
  grantedAtMs: number | null = null;
  endedAtMs: number | null = null;
  status: number | null = null;
  outcome: RequestRecord['outcome'] = 'running';
  private call: FollowedCall | null;
  private world: SpanWorld | null;

  constructor(
    readonly id: string,
    call: FollowedCall,
    world: SpanWorld,
  ) {
    this.call = call;
    this.world = world;
    this.model = call.model;
    this.path = call.receivedPath;
    this.atMs = world.wallMs();
  }

  onGranted(): void {
    this.grantedAtMs = this.world?.wallMs() ?? null;
  }

  onStart(status: number): void {
    this.status = status;
  }

  onClosed(): void {
    const { call, world } = this;
    this.endedAtMs = world?.wallMs() ?? null;
    const failed = call?.failure || (this.status ?? 0) >= 400;
    this.outcome = call?.isCancelled ? 'cancelled' : failed ? 'failed' : 'done';
    // The request and its body are not kept for as long as the span is.
    this.call = null;
    this.world = null;
    world?.ended(this.toJSON());
  }

  /** The record without what belongs to the running program. */
  toJSON(): RequestRecord {
    const { id, model, path, atMs, grantedAtMs, endedAtMs, status, outcome } = this;
    return { id, model, path, atMs, grantedAtMs, endedAtMs, status, outcome };
  }
}

import { CallFollower, FollowedCall } from '../calls/followed-call.interface.js';
import { RequestTable } from './request-table.js';

/** What a span needs of the outside. */
export interface SpanWorld {
  readonly requests: RequestTable;
  wallMs(): number;
  /** The request of this number has ended; its record will not change any more. */
  ended(number: number): void;
}

/** Tells the timeline of one request. */
export class RequestSpan implements CallFollower {
  private readonly number: number;
  private status = 0;

  constructor(
    id: string,
    private readonly call: FollowedCall,
    private readonly world: SpanWorld,
  ) {
    const { model, receivedPath: path } = call;
    this.number = world.requests.begin({ id, model, path, atMs: world.wallMs() });
  }

  onGranted(): void {
    this.world.requests.granted(this.number, this.world.wallMs());
  }

  onStart(status: number): void {
    this.status = status;
    this.world.requests.answered(this.number, status);
  }

  onClosed(): void {
    const { call, world, number } = this;
    const isFailed = call.failure !== null || this.status >= 400;
    const outcome = call.isCancelled ? 'cancelled' : isFailed ? 'failed' : 'done';
    world.requests.ended(number, { endedAtMs: world.wallMs(), outcome });
    world.ended(number);
  }
}

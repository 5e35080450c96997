import { CallFollower, FollowedCall } from '../calls/followed-call.interface.js';

/** One request on the timeline. Times are wall-clock Unix milliseconds. */
export class RequestSpan implements CallFollower {
  readonly model: string;
  readonly path: string;
  readonly atMs: number;
  grantedAtMs: number | null = null;
  endedAtMs: number | null = null;
  status: number | null = null;
  outcome: 'running' | 'done' | 'failed' | 'cancelled' = 'running';
  private call: FollowedCall | null;

  constructor(
    readonly id: string,
    call: FollowedCall,
    private readonly wallMs: () => number,
  ) {
    this.call = call;
    this.model = call.model;
    this.path = call.receivedPath;
    this.atMs = wallMs();
  }

  onGranted(): void {
    this.grantedAtMs = this.wallMs();
  }

  onStart(status: number): void {
    this.status = status;
  }

  onClosed(): void {
    this.endedAtMs = this.wallMs();
    const { call } = this;
    const failed = call?.failure || (this.status ?? 0) >= 400;
    this.outcome = call?.isCancelled ? 'cancelled' : failed ? 'failed' : 'done';
    // The request and its body are not kept for as long as the span is.
    this.call = null;
  }
}

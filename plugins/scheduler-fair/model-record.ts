import { ScheduledRequest, WaitReason } from '#lib/plugin-api';

/** What the scheduler knows about one model. */
export class ModelRecord {
  /** Admitted requests without a grant, in order of arrival. */
  waiting: ScheduledRequest[] = [];
  /** Requests that waited when the model became ready: served before it may be evicted. */
  readonly gate = new Set<number>();
  inFlight = 0;
  /** When the last request ended or the model became ready; null before either. */
  lastUsedMs: number | null = null;
  /** When a swap last began to evict the model. */
  evictedMs: number | null = null;
  /** A swap has ordered its stop, and it has not been seen stopped since. */
  leaving = false;
  /** The last start died of lack of memory and is being repeated. */
  isRetried = false;
  /** Unloads under way. */
  unloads = 0;
  /** Why the waiting requests were not served when they were looked at last. */
  reason: WaitReason | null = null;

  /** Newest request that is preferred by hand, and how many were preferred before; 0: none. */
  private preferredUpTo = 0;
  preferredTurn = 0;

  constructor(readonly model: string) {}

  /** Whether its oldest waiting request is to be served before all that nobody prefers. */
  get isPreferred(): boolean {
    return (this.waiting[0]?.id ?? Infinity) <= this.preferredUpTo;
  }

  /** Prefers what waits now, not what comes later; false when nothing waits. */
  prefer(turn: number): boolean {
    this.preferredUpTo = this.waiting.at(-1)?.id ?? 0;
    this.preferredTurn = turn;
    return this.waiting.length > 0;
  }

  /** Requests admitted and not finished. */
  get reserved(): number {
    return this.waiting.length + this.inFlight;
  }

  /** Whether an eviction would break a promise: something is being served or has been let in. */
  get busy(): boolean {
    return this.inFlight > 0 || this.gate.size > 0;
  }

  /** Takes out a waiting request; false when it does not wait here. */
  remove(requestId: number): boolean {
    const index = this.waiting.findIndex(({ id }) => id === requestId);
    if (index < 0) return false;
    this.waiting.splice(index, 1);
    this.gate.delete(requestId);
    return true;
  }

  /** Takes out everything that waits. */
  takeWaiting(): ScheduledRequest[] {
    this.gate.clear();
    return this.waiting.splice(0);
  }
}

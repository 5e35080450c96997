import { Inject, Injectable } from '@nestjs/common';
import { type CancelTimer, type Clock, CLOCK, DroverError, SlotList } from '#lib/foundation';
import { CallWatchers } from '../calls/call.watchers.js';
import { CallFollower, CallWatcher, FollowedCall } from '../calls/followed-call.interface.js';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { InflightChange, InflightView } from './inflight-change.interface.js';
import { InflightEntry, InflightList } from './inflight.entry.js';

/** Bytes and queue positions are told at most this often. */
const UPDATE_MS = 250;

/** Told of each change; called one after the other. */
export type InflightListener = (change: InflightChange) => void;

/**
 * The requests in flight. Beginning, answer and end of each are told at once; while it goes on, what
 * has changed is told every 250 ms, the last change included. Costs next to nothing while
 * nobody listens.
 */
@Injectable()
export class InflightRegistry implements CallWatcher, InflightList {
  private readonly entries = new SlotList<InflightEntry>();
  private readonly listeners = new Set<InflightListener>();
  private readonly urgent = new Set<InflightEntry>();
  private cancelUpdate: CancelTimer | null = null;

  constructor(
    calls: CallWatchers,
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    calls.add(this);
  }

  follow(call: FollowedCall, id: string): CallFollower {
    const entry = new InflightEntry(id, call, this);
    this.entries.add(entry);
    this.changed(entry);
    this.arm();
    return entry;
  }

  wallMs(): number {
    return this.clock.wallMs();
  }

  changed(entry: InflightEntry): void {
    if (this.listeners.size === 0) return;
    // Told after this tick, in which a ready model is granted: the first view says so.
    if (this.urgent.size === 0) queueMicrotask(() => this.tellUrgent());
    this.urgent.add(entry);
  }

  closed(entry: InflightEntry): void {
    this.entries.remove(entry);
    this.urgent.delete(entry);
    if (entry.isAnnounced) this.tell({ operation: 'remove', id: entry.id });
  }

  /** Ends a request; false when there is none of this id. */
  cancel(id: string): boolean {
    const entry = [...this.entries].find((candidate) => candidate.id === id);
    entry?.call.cancel();
    return entry !== undefined;
  }

  /** Ends, for this reason, every request that goes to a model; those that wait are left alone. */
  endForwarded(reason: DroverError): void {
    const forwarded = [...this.entries].filter(({ call }) => call.grantedAtMs !== null);
    for (const { call } of forwarded) call.cancel(reason);
  }

  /** Everything in flight, by arrival, then by id as text. */
  snapshot(): InflightChange {
    const entries = [...this.entries].toSorted(byArrival);
    const requests = entries.map((entry) => this.view(entry));
    return requests.length === 0 ? { operation: 'snapshot' } : { operation: 'snapshot', requests };
  }

  /** Tells `listener` of each change from now on; the result ends that. */
  onChange(listener: InflightListener): () => void {
    this.listeners.add(listener);
    this.arm();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      this.cancelUpdate?.();
      this.cancelUpdate = null;
    };
  }

  private arm(): void {
    if (this.cancelUpdate || this.listeners.size === 0 || this.entries.size === 0) return;
    this.cancelUpdate = this.clock.after(UPDATE_MS, () => {
      this.cancelUpdate = null;
      for (const entry of this.entries) if (entry.isStale) this.show(entry);
      this.arm();
    });
  }

  private tellUrgent(): void {
    const entries = [...this.urgent];
    this.urgent.clear();
    for (const entry of entries) this.show(entry);
  }

  private show(entry: InflightEntry): void {
    this.tell({ operation: 'upsert', request: this.view(entry) });
  }

  private view(entry: InflightEntry): InflightView {
    entry.isAnnounced = true;
    const reason = entry.isQueued ? this.router.waitReason(entry.call.model) : null;
    return entry.view(this.clock.nowMs(), reason);
  }

  private tell(change: InflightChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

function byArrival(one: InflightEntry, other: InflightEntry): number {
  return one.startedWallMs - other.startedWallMs || (one.id < other.id ? -1 : 1);
}

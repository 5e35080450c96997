import { Inject, Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import {
  type Clock,
  CLOCK,
  ConfigReloadEvent,
  type DroverEventEmitter,
  ModelOrderedEvent,
  ModelStateEvent,
} from '#lib/foundation';
import { SwapDecision } from '#lib/router';
import { CallWatchers } from '../calls/call.watchers.js';
import { CallFollower, CallWatcher, FollowedCall } from '../calls/followed-call.interface.js';
import { BoundedList } from './bounded-list.js';
import { RequestSpan, SpanWorld } from './request-span.js';
import { RequestTable } from './request-table.js';
import {
  TimelineEntries,
  TimelineKind,
  TimelineListener,
  TimelineMark,
} from './timeline-entry.interface.js';

/** What is kept; about 24 hours of a busy machine. */
const MOST_STATES = 10_000;
const MOST_REQUESTS = 10_000;
const MOST_SWAPS = 5000;
const MOST_MARKS = 500;

/** What was remembered before a restart, by kind: the newest entries, oldest first. */
export type Remembered = {
  readonly [K in TimelineKind]: (most: number) => readonly TimelineEntries[K][];
};

/** Remembers what the timeline shows: states of models, requests, swaps, reloads, profile switches. */
@Injectable()
export class TimelineRecorder implements CallWatcher, SpanWorld {
  readonly states = new BoundedList<ModelStateEvent>(MOST_STATES);
  readonly requests = new RequestTable(MOST_REQUESTS);
  /** Swaps that have ended. */
  readonly swaps = new BoundedList<SwapDecision>(MOST_SWAPS);
  readonly marks = new BoundedList<TimelineMark>(MOST_MARKS);
  /** Oldest moment of which something is known. */
  sinceMs: number;
  private readonly listeners = new Set<TimelineListener>();

  constructor(
    calls: CallWatchers,
    @Inject(EventEmitter2) events: DroverEventEmitter,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.sinceMs = clock.wallMs();
    calls.add(this);
    events.on('model.state', (event) => this.stateChanged(event));
    events.on('model.ordered', (order) => this.ordered(order));
    events.on('config.reload', (event) => this.reloaded(event));
  }

  /** Tells of everything that is finished; returns the function that ends it. */
  listen(listener: TimelineListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  follow(call: FollowedCall, id: string): CallFollower {
    return new RequestSpan(id, call, this);
  }

  wallMs(): number {
    return this.clock.wallMs();
  }

  ended(number: number): void {
    if (this.listeners.size === 0) return;
    const record = this.requests.record(number);
    if (record) this.tell('request', record);
  }

  /** A swap has ended, one way or another. */
  swapEnded(swap: SwapDecision): void {
    this.swaps.add(swap);
    this.tell('swap', swap);
  }

  /** The active profile has changed; null for none. */
  profileSwitched(profile: string | null): void {
    const text = profile === null ? 'No profile is active' : `Profile ${profile}`;
    this.mark({ kind: 'profile', atMs: this.clock.wallMs(), text });
  }

  /** Puts what was remembered before a restart in front of what is new. */
  restore(remembered: Remembered): void {
    const states = remembered.state(MOST_STATES);
    const requests = remembered.request(MOST_REQUESTS);
    const swaps = remembered.swap(MOST_SWAPS);
    const marks = remembered.mark(MOST_MARKS);
    const all = [states, requests, swaps, marks].flat();
    if (all.length === 0) return;
    const times = all.map(({ atMs }) => atMs);
    this.sinceMs = times.reduce((oldest, atMs) => Math.min(oldest, atMs), this.sinceMs);
    for (const state of states) this.states.add(state);
    for (const request of requests) this.requests.add(request);
    for (const swap of swaps) this.swaps.add(swap);
    for (const mark of marks) this.marks.add(mark);
    const lastSignMs = times.reduce((newest, atMs) => Math.max(newest, atMs), 0);
    for (const model of stillRunning(states)) {
      // Whatever ended Drover, its models ended with it, at the latest with the last sign of life.
      this.states.add({ ...model, from: model.to, to: 'stopped', atMs: lastSignMs });
    }
    this.mark({ kind: 'start', atMs: this.clock.wallMs(), text: 'Drover has been started again' });
  }

  private stateChanged(event: ModelStateEvent): void {
    this.states.add(event);
    this.tell('state', event);
  }

  private reloaded({ trigger, outcome, atMs }: ConfigReloadEvent): void {
    this.mark({ kind: 'reload', atMs, text: `Configuration ${outcome} (${trigger})` });
  }

  private ordered({ action, model }: ModelOrderedEvent): void {
    const what = model === null ? 'Every model' : model;
    const text = `${what}: ${action} by hand`;
    this.mark({ kind: 'order', atMs: this.clock.wallMs(), text });
  }

  private mark(mark: TimelineMark): void {
    this.marks.add(mark);
    this.tell('mark', mark);
  }

  private tell<K extends TimelineKind>(kind: K, entry: TimelineEntries[K]): void {
    for (const listener of this.listeners) listener(kind, entry);
  }
}

/** The latest change of each model that is not known to have stopped. */
function stillRunning(states: readonly ModelStateEvent[]): ModelStateEvent[] {
  const latest = new Map(states.map((state) => [state.model, state]));
  return [...latest.values()].filter(({ to }) => to !== 'stopped' && to !== 'shutdown');
}

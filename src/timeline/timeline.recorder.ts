import { Inject, Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import {
  type Clock,
  CLOCK,
  ConfigReloadEvent,
  type DroverEventEmitter,
  ModelStateEvent,
} from '#lib/foundation';
import { CallWatchers } from '../calls/call.watchers.js';
import { CallFollower, CallWatcher, FollowedCall } from '../calls/followed-call.interface.js';
import { BoundedList } from './bounded-list.js';
import { RequestSpan } from './request-span.js';

/** What is kept; about 24 hours of a busy machine. */
const MOST_STATES = 5000;
const MOST_REQUESTS = 5000;
const MOST_MARKS = 500;

/** Something that happened to all of Drover. Wall-clock Unix milliseconds. */
export interface TimelineMark {
  readonly kind: 'reload' | 'profile';
  readonly atMs: number;
  readonly text: string;
}

/** Remembers what the timeline shows: states of models, requests, reloads and profile switches. */
@Injectable()
export class TimelineRecorder implements CallWatcher {
  readonly startedMs: number;
  readonly states = new BoundedList<ModelStateEvent>(MOST_STATES);
  readonly requests = new BoundedList<RequestSpan>(MOST_REQUESTS);
  readonly marks = new BoundedList<TimelineMark>(MOST_MARKS);

  constructor(
    calls: CallWatchers,
    @Inject(EventEmitter2) events: DroverEventEmitter,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.startedMs = clock.wallMs();
    calls.add(this);
    events.on('model.state', (event) => this.states.add(event));
    events.on('config.reload', (event) => this.reloaded(event));
  }

  follow(call: FollowedCall, id: string): CallFollower {
    const span = new RequestSpan(id, call, () => this.clock.wallMs());
    this.requests.add(span);
    return span;
  }

  /** The active profile has changed; null for none. */
  profileSwitched(profile: string | null): void {
    const text = profile === null ? 'No profile is active' : `Profile ${profile}`;
    this.marks.add({ kind: 'profile', atMs: this.clock.wallMs(), text });
  }

  private reloaded({ trigger, outcome, atMs }: ConfigReloadEvent): void {
    this.marks.add({ kind: 'reload', atMs, text: `Configuration ${outcome} (${trigger})` });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { ConfigStore } from '#lib/config';
import { type DroverEventEmitter } from '#lib/foundation';
import { InflightRegistry } from '../inflight/inflight.registry.js';
import { ProfileRegistry } from '../profiles/profile.registry.js';
import { eventFrame, EventTopic, StateTopic } from './event-topics.js';
import { ModelStatus } from './model-status.js';

/** Told of each message for the clients of the event stream. */
export type FrameListener = (topic: EventTopic, frame: string) => void;

/** Told of each change. */
export type ChangeListener = (topic: EventTopic, data: unknown) => void;

/** Everything that the event stream tells besides logs: what it is now, and each change of it. */
@Injectable()
export class LiveState {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly models: ModelStatus,
    private readonly profiles: ProfileRegistry,
    private readonly inflight: InflightRegistry,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {}

  /** The message that tells the present state of a topic. */
  frame(topic: StateTopic): string {
    return eventFrame(topic, this.present(topic));
  }

  /** As {@link changes}, as messages of the stream. */
  listen(listener: FrameListener): () => void {
    return this.changes((topic, data) => listener(topic, eventFrame(topic, data)));
  }

  /** Tells `listener` of each change from now on; the result ends that. */
  changes(listener: ChangeListener): () => void {
    const models = soon(() => listener('modelStatus', this.present('modelStatus')));
    const activity = ({ id }: { readonly id: number }): void => listener('activity', { id });
    this.events.on('model.state', models);
    this.events.on('peer.state', models);
    this.events.on('activity.recorded', activity);
    const ends = [
      () => void this.events.off('model.state', models),
      () => void this.events.off('peer.state', models),
      () => void this.events.off('activity.recorded', activity),
      this.inflight.onChange((change) => listener('inflight', change)),
      this.config.onChange(models),
      this.profiles.onChange(() => {
        listener('profileChanged', this.present('profileChanged'));
        models();
      }),
    ];
    return () => ends.forEach((end) => end());
  }

  /** What a topic is about, as it is now. */
  present(topic: StateTopic): unknown {
    const states: Record<StateTopic, () => unknown> = {
      modelStatus: () => this.models.list(),
      uiConfig: () => ({ activity: { session_id: this.config.current.sessionIdHeaders } }),
      profileChanged: () => ({ active: this.profiles.active }),
      inflight: () => this.inflight.snapshot(),
    };
    return states[topic]();
  }
}

/** What changes together is told once, and after everybody has taken note of it. */
function soon(tell: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      tell();
    });
  };
}

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

/** Everything that the event stream tells besides logs: what it is now, and each change of it. */
@Injectable()
export class LiveState {
  private modelsChanged = false;

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
    return eventFrame(topic, this.state(topic));
  }

  /** Tells `listener` of each change from now on; the result ends that. */
  listen(listener: FrameListener): () => void {
    const models = (): void => this.modelsSoon(listener);
    const activity = ({ id }: { readonly id: number }): void =>
      listener('activity', eventFrame('activity', { id }));
    this.events.on('model.state', models);
    this.events.on('peer.state', models);
    this.events.on('activity.recorded', activity);
    const ends = [
      () => void this.events.off('model.state', models),
      () => void this.events.off('peer.state', models),
      () => void this.events.off('activity.recorded', activity),
      this.inflight.onChange((change) => listener('inflight', eventFrame('inflight', change))),
      this.config.onChange(models),
      this.profiles.onChange(() => {
        listener('profileChanged', this.frame('profileChanged'));
        models();
      }),
    ];
    return () => ends.forEach((end) => end());
  }

  /** What changes together is told once, and after everybody has taken note of it. */
  private modelsSoon(listener: FrameListener): void {
    if (this.modelsChanged) return;
    this.modelsChanged = true;
    queueMicrotask(() => {
      this.modelsChanged = false;
      listener('modelStatus', this.frame('modelStatus'));
    });
  }

  private state(topic: StateTopic): unknown {
    const states: Record<StateTopic, () => unknown> = {
      modelStatus: () => this.models.list(),
      uiConfig: () => ({ activity: { session_id: this.config.current.sessionIdHeaders } }),
      profileChanged: () => ({ active: this.profiles.active }),
      inflight: () => this.inflight.snapshot(),
    };
    return states[topic]();
  }
}

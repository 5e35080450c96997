import { Injectable } from '@nestjs/common';
import { LiveState } from '../events/live.state.js';
import { LiveEventListener, LiveEventSource, LiveEventType } from './live-event.js';

/** What the other event stream tells besides logs: models, profile, requests in flight, activity. */
@Injectable()
export class StateEventSource implements LiveEventSource {
  constructor(private readonly state: LiveState) {}

  listen(listener: LiveEventListener): () => void {
    return this.state.changes((topic, data) => {
      if (topic !== 'logData' && topic !== 'uiConfig') listener(topic, data);
    });
  }

  /** What a client has to know that comes without a past. */
  present(): readonly { readonly type: LiveEventType; readonly data: unknown }[] {
    const topics = ['modelStatus', 'profileChanged', 'inflight'] as const;
    return topics.map((type) => ({ type, data: this.state.present(type) }));
  }
}

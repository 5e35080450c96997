import { Injectable } from '@nestjs/common';
import { EventHub } from '../events/event.hub.js';
import { LlamaGateway } from '../monitoring/llama.gateway.js';
import { LiveEventHub } from './live-event.hub.js';

/** Numbers by the way that events take: `sse`, `sse_v1` (`/api/v1/events`) and `socketio`. */
export type AudienceFigures = Readonly<Record<'sse' | 'sse_v1' | 'socketio', number>>;

/** Who listens to any of the event streams. */
@Injectable()
export class EventAudience {
  constructor(
    private readonly events: EventHub,
    private readonly live: LiveEventHub,
    private readonly figures: LlamaGateway,
  ) {}

  /** How many listen. */
  get clients(): AudienceFigures {
    const { events, live, figures } = this;
    return { sse: events.clientCount, sse_v1: live.clientCount, socketio: figures.clientCount };
  }

  /** Messages that slow listeners have lost. */
  get dropped(): AudienceFigures {
    const { events, live, figures } = this;
    return { sse: events.droppedCount, sse_v1: live.droppedCount, socketio: figures.droppedCount };
  }
}

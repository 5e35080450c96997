import { ServerResponse } from 'node:http';
import { Inject, Injectable, OnApplicationShutdown } from '@nestjs/common';
import { type CancelTimer, type Clock, CLOCK } from '#lib/foundation';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { EventStreamHub } from '../events/event-stream.hub.js';
import { AlertEventSource } from './alert-event.source.js';
import { FigureEventSource } from './figure-event.source.js';
import { liveEventFrame, LiveEventListener, LiveEventType } from './live-event.js';
import { LiveEventClient } from './live-event.client.js';
import { KEEP_MS, LiveEventLog } from './live-event.log.js';
import { QueueEventSource } from './queue-event.source.js';
import { StateEventSource } from './state-event.source.js';

/** What a client wants. */
export interface LiveEventRequest {
  readonly types: ReadonlySet<LiveEventType>;
  /** Id of the last event that it has had; null for a new client. */
  readonly lastId: string | null;
}

/**
 * All listeners of the live events. Listens itself only while there are any, and for five minutes
 * after that, so that whoever comes back has missed nothing.
 */
@Injectable()
export class LiveEventHub extends EventStreamHub<LiveEventClient> implements OnApplicationShutdown {
  private readonly log: LiveEventLog;
  private readonly sources: readonly { listen(listener: LiveEventListener): () => void }[];
  private ends: readonly (() => void)[] = [];
  private cancelRest: CancelTimer | null = null;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly state: StateEventSource,
    figures: FigureEventSource,
    queue: QueueEventSource,
    alerts: AlertEventSource,
    @Inject(CLOCK) clock: Clock,
    @Inject(APP_OPTIONS) { closing }: AppOptions,
  ) {
    super(clock, closing);
    this.sources = [state, figures, queue, alerts];
    this.log = new LiveEventLog(clock, clock.wallMs().toString(36));
  }

  onApplicationShutdown(): void {
    this.endAll();
    this.rest();
  }

  /** Serves a client, whose headers have been written, until either side ends. */
  attach(response: ServerResponse, { types, lastId }: LiveEventRequest): void {
    const client = new LiveEventClient(response, types);
    this.begin();
    this.join(client, response, () => this.restSoon());
    this.catchUp(client, lastId);
    if (this.closing.aborted) client.end();
  }

  private catchUp(client: LiveEventClient, lastId: string | null): void {
    const missed = lastId === null ? null : this.log.since(lastId);
    const { newestId } = this.log;
    const frames = missed
      ? missed.map((event) => ({ event, id: this.log.idOf(event.number) }))
      : this.state.present().map((event) => ({ event, id: newestId }));
    for (const { event, id } of frames) {
      if (client.types.has(event.type)) client.send(liveEventFrame(id, event));
    }
  }

  private begin(): void {
    this.cancelRest?.();
    this.cancelRest = null;
    if (this.ends.length > 0) return;
    this.ends = [
      this.startPings(),
      ...this.sources.map((source) => source.listen((type, data) => this.tell(type, data))),
    ];
  }

  private tell(type: LiveEventType, data: unknown): void {
    const event = this.log.add(type, data);
    let frame: string | null = null;
    for (const client of this.clients) {
      if (!client.types.has(type)) continue;
      frame ??= liveEventFrame(this.log.idOf(event.number), event);
      client.send(frame);
    }
  }

  private restSoon(): void {
    // Nobody comes back to a Drover that ends: the last connections close after it has begun to.
    if (this.closing.aborted) this.rest();
    else this.cancelRest = this.clock.after(KEEP_MS, () => this.rest());
  }

  private rest(): void {
    this.cancelRest?.();
    this.cancelRest = null;
    for (const end of this.ends) end();
    this.ends = [];
  }
}

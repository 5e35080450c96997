import { ServerResponse } from 'node:http';
import { Inject, Injectable, OnApplicationShutdown } from '@nestjs/common';
import { type CancelTimer, type Clock, CLOCK } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { EventClient } from './event.client.js';
import { EventStreamHub } from './event-stream.hub.js';
import { EventTopic, StateTopic } from './event-topics.js';
import { LiveState } from './live.state.js';
import { LogFeed } from './log.feed.js';

const LOGS = ['proxy', 'upstream'] as const;

/** Order in which a new client learns the state. */
const FIRST_STATES: readonly StateTopic[] = [
  'modelStatus',
  'uiConfig',
  'profileChanged',
  'inflight',
];

/** All listeners of the event stream. Listens itself only while there are any. */
@Injectable()
export class EventHub extends EventStreamHub<EventClient> implements OnApplicationShutdown {
  private endListening: (() => void) | null = null;
  private cancelPing: CancelTimer | null = null;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly state: LiveState,
    private readonly logs: LogService,
    @Inject(CLOCK) clock: Clock,
    @Inject(APP_OPTIONS) { closing }: AppOptions,
  ) {
    super(clock, closing);
  }

  onApplicationShutdown(): void {
    this.endAll();
  }

  /** Serves a client, whose headers have been written, until either side ends. */
  attach(response: ServerResponse, topics: ReadonlySet<EventTopic>): void {
    const client = new EventClient(response, topics, (topic) => this.state.frame(topic));
    const names = topics.has('logData') ? LOGS : [];
    const feeds = names.map((source) => {
      return new LogFeed({ source, log: this.logs[source] }, client, this.clock);
    });
    this.join(client, response, () => this.rest());
    this.listen();
    response.once('close', () => {
      for (const feed of feeds) feed.close();
    });
    for (const feed of feeds) feed.sendHistory();
    for (const topic of FIRST_STATES) {
      if (topics.has(topic)) client.send(topic, this.state.frame(topic));
    }
    for (const feed of feeds) void feed.run();
    if (this.closing.aborted) client.end();
  }

  private rest(): void {
    this.endListening?.();
    this.endListening = null;
    this.cancelPing?.();
    this.cancelPing = null;
  }

  private listen(): void {
    this.endListening ??= this.state.listen((topic, frame) => {
      for (const client of this.clients) client.send(topic, frame);
    });
    this.cancelPing ??= this.startPings();
  }
}

import { ServerResponse } from 'node:http';
import { Inject, Injectable, OnApplicationShutdown } from '@nestjs/common';
import { type CancelTimer, type Clock, CLOCK } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { EventClient } from './event.client.js';
import { EventTopic, StateTopic } from './event-topics.js';
import { LiveState } from './live.state.js';
import { LogFeed } from './log.feed.js';

/** Idle connections are cut by proxies, often after 30 s. */
const PING_MS = 15_000;

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
export class EventHub implements OnApplicationShutdown {
  private readonly clients = new Set<EventClient>();
  private endListening: (() => void) | null = null;
  /** What clients that have left had lost. */
  private droppedBefore = 0;
  private cancelPing: CancelTimer | null = null;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly state: LiveState,
    private readonly logs: LogService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APP_OPTIONS) private readonly options: AppOptions,
  ) {
    options.closing.addEventListener('abort', () => this.close(), { once: true });
  }

  /** How many listen, for displays and tests. */
  get clientCount(): number {
    return this.clients.size;
  }

  /** Messages that clients have lost because they were too slow; a later one told the whole state. */
  get droppedCount(): number {
    let dropped = this.droppedBefore;
    for (const client of this.clients) dropped += client.droppedCount;
    return dropped;
  }

  onApplicationShutdown(): void {
    this.close();
  }

  /** Serves a client, whose headers have been written, until either side ends. */
  attach(response: ServerResponse, topics: ReadonlySet<EventTopic>): void {
    const client = new EventClient(response, topics, (topic) => this.state.frame(topic));
    const names = topics.has('logData') ? LOGS : [];
    const feeds = names.map((source) => {
      return new LogFeed({ source, log: this.logs[source] }, client, this.clock);
    });
    this.clients.add(client);
    this.listen();
    response.once('close', () => {
      for (const feed of feeds) feed.close();
      this.detach(client);
    });
    for (const feed of feeds) feed.sendHistory();
    for (const topic of FIRST_STATES) {
      if (topics.has(topic)) client.send(topic, this.state.frame(topic));
    }
    for (const feed of feeds) void feed.run();
    if (this.options.closing.aborted) client.end();
  }

  private detach(client: EventClient): void {
    this.clients.delete(client);
    this.droppedBefore += client.droppedCount;
    if (this.clients.size > 0) return;
    this.endListening?.();
    this.endListening = null;
    this.cancelPing?.();
    this.cancelPing = null;
  }

  private listen(): void {
    this.endListening ??= this.state.listen((topic, frame) => {
      for (const client of this.clients) client.send(topic, frame);
    });
    this.cancelPing ??= this.clock.every(PING_MS, () => {
      for (const client of this.clients) client.ping();
    });
  }

  private close(): void {
    for (const client of this.clients) client.end();
  }
}

import { IncomingHttpHeaders } from 'node:http';
import { OnModuleDestroy } from '@nestjs/common';
import {
  MessageBody,
  OnGatewayConnection,
  OnGatewayDisconnect,
  OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  ConnectedSocket,
} from '@nestjs/websockets';
import { type Server, type Socket } from 'socket.io';
import { EngineUpdate, hostView } from '#lib/monitor';
import { ProcessService } from '#lib/process';
import { Authenticator } from '../access/authenticator.js';
import { whyNot } from '../access/scope-check.js';
import { isFromForeignPage } from '../http/foreign-page.js';
import { PerformanceService } from '../performance/performance.service.js';
import { engineUpdateView } from './engine-update.view.js';
import { LoadProgressService } from '../loading/load-progress.service.js';
import { LlamaMetricsService } from './llama-metrics.service.js';
import { PushClient } from './push.client.js';
import { PUSH_PATH } from './push-path.js';
import { StatusBoard } from './status.board.js';

/** Samples per model in the first message. */
const SNAPSHOT_SAMPLES = 60;

/**
 * Pushes live figures over Socket.IO. Messages to a client that does not read are dropped, not
 * queued: gaps in `sequence` show it, and a snapshot comes when it connects again.
 */
@WebSocketGateway({
  path: PUSH_PATH,
  serveClient: false,
  cors: false,
  // Other handshakes are not its own: those that wait for a model to load must not be ended.
  destroyUpgrade: false,
})
export class LlamaGateway
  implements OnGatewayInit<Server>, OnGatewayConnection, OnGatewayDisconnect, OnModuleDestroy
{
  private server: Server | null = null;
  private readonly ends: (() => void)[] = [];
  private readonly clients = new Map<Socket, PushClient>();
  /** What clients that have left had lost. */
  private droppedBefore = 0;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly authenticator: Authenticator,
    private readonly engines: LlamaMetricsService,
    private readonly status: StatusBoard,
    private readonly performance: PerformanceService,
    private readonly processes: ProcessService,
    private readonly loads: LoadProgressService,
  ) {}

  /** How many are connected. */
  get clientCount(): number {
    return this.clients.size;
  }

  /** Messages that clients have lost because they were too slow. */
  get droppedCount(): number {
    let dropped = this.droppedBefore;
    for (const client of this.clients.values()) dropped += client.droppedCount;
    return dropped;
  }

  afterInit(server: Server): void {
    this.server = server;
    server.use((socket, next) => {
      void this.letIn(socket, next);
    });
    this.ends.push(
      this.engines.onUpdate((update) => this.push(update)),
      this.processes.onState(() => this.announce()),
      this.performance.onSample((sample) => this.tell('system-metrics:update', hostView(sample))),
      this.loads.onProgress((update) => this.tell('load-progress:update', update)),
    );
  }

  handleConnection(socket: Socket): void {
    const client = new PushClient(socket, () => this.status.all());
    this.clients.set(socket, client);
    client.send('llama-metrics:snapshot', this.snapshot());
    client.sendState();
  }

  handleDisconnect(socket: Socket): void {
    this.droppedBefore += this.clients.get(socket)?.droppedCount ?? 0;
    this.clients.delete(socket);
  }

  onModuleDestroy(): void {
    for (const end of this.ends) end();
    this.server?.disconnectSockets(true);
  }

  /** Limits what a client gets to some models. */
  @SubscribeMessage('llama-metrics:subscribe')
  subscribe(@ConnectedSocket() socket: Socket, @MessageBody() body: unknown): void {
    const models = (body as { models?: unknown } | null)?.models;
    const wanted = Array.isArray(models) ? new Set(models.map(String)) : null;
    this.clients.get(socket)?.limitTo(wanted);
  }

  private push(update: EngineUpdate): void {
    if (this.clients.size === 0) return;
    const payload = engineUpdateView(update, this.processes.get(update.model)?.state);
    for (const client of this.clients.values()) {
      if (client.wants(update.model)) client.send('llama-metrics:update', payload);
    }
  }

  private announce(): void {
    for (const client of this.clients.values()) client.sendState();
  }

  private tell(event: string, payload: unknown): void {
    for (const client of this.clients.values()) client.send(event, payload);
  }

  private snapshot(): Record<string, unknown> {
    const models = this.engines.models();
    return Object.fromEntries(
      models.map((model) => [model, this.engines.history(model, SNAPSHOT_SAMPLES)]),
    );
  }

  private async letIn(socket: Socket, next: (refusal?: Error) => void): Promise<void> {
    const isAllowed = await this.isAllowed(socket);
    next(isAllowed ? undefined : new Error('unauthorized'));
  }

  /** The key in the handshake, or in one of the usual headers. */
  private async isAllowed({ handshake }: Socket): Promise<boolean> {
    const headers: IncomingHttpHeaders = { ...handshake.headers };
    const { token } = handshake.auth as { token?: unknown };
    if (typeof token === 'string') headers.authorization = `Bearer ${token}`;
    const { client, isDeliberate } = await this.authenticator.judge(headers);
    // A browser opens sockets to any host, whatever the page: the origin has to be looked at here.
    if (!client || whyNot(client, 'read')) return false;
    return isDeliberate || !isFromForeignPage(headers);
  }
}

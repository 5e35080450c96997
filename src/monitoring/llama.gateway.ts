import { IncomingHttpHeaders } from 'node:http';
import { OnModuleDestroy } from '@nestjs/common';
import {
  MessageBody,
  OnGatewayConnection,
  OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  ConnectedSocket,
} from '@nestjs/websockets';
import { type Server, type Socket } from 'socket.io';
import { EngineUpdate, HostSample, hostView } from '#lib/monitor';
import { ProcessService } from '#lib/process';
import { Authenticator } from '../access/authenticator.js';
import { whyNot } from '../access/scope-check.js';
import { isFromForeignPage } from '../http/foreign-page.js';
import { PerformanceService } from '../performance/performance.service.js';
import { LlamaMetricsService } from './llama-metrics.service.js';
import { hostAndPort } from './model-status.service.js';
import { PUSH_PATH } from './push-path.js';
import { StatusBoard } from './status.board.js';

/** Samples per model in the first message. */
const SNAPSHOT_SAMPLES = 60;

/**
 * Pushes live figures over Socket.IO. Messages to a client that does not read are dropped, not
 * queued; it asks for a snapshot when it connects again.
 */
@WebSocketGateway({
  path: PUSH_PATH,
  serveClient: false,
  cors: false,
  // Other handshakes are not its own: those that wait for a model to load must not be ended.
  destroyUpgrade: false,
})
export class LlamaGateway implements OnGatewayInit<Server>, OnGatewayConnection, OnModuleDestroy {
  private server: Server | null = null;
  private readonly ends: (() => void)[] = [];
  /** Models that a client has asked for; clients without an entry get all. */
  private readonly wanted = new WeakMap<Socket, ReadonlySet<string>>();

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly authenticator: Authenticator,
    private readonly engines: LlamaMetricsService,
    private readonly status: StatusBoard,
    private readonly performance: PerformanceService,
    private readonly processes: ProcessService,
  ) {}

  /** How many are connected. */
  get clientCount(): number {
    return this.server?.sockets.sockets.size ?? 0;
  }

  afterInit(server: Server): void {
    this.server = server;
    server.use((socket, next) => {
      void this.letIn(socket, next);
    });
    this.ends.push(
      this.engines.onUpdate((update) => this.push(update)),
      this.processes.onState(() => this.announce()),
      this.performance.onSample((sample) => this.pushHost(sample)),
    );
  }

  handleConnection(socket: Socket): void {
    socket.emit('llama-metrics:snapshot', this.snapshot());
    socket.emit('llama-status:update', this.status.all());
  }

  onModuleDestroy(): void {
    for (const end of this.ends) end();
    this.server?.disconnectSockets(true);
  }

  /** Limits what a client gets to some models. */
  @SubscribeMessage('llama-metrics:subscribe')
  subscribe(@ConnectedSocket() socket: Socket, @MessageBody() body: unknown): void {
    const models = (body as { models?: unknown } | null)?.models;
    if (Array.isArray(models)) this.wanted.set(socket, new Set(models.map(String)));
    else this.wanted.delete(socket);
  }

  private push({ model, address, sequence, sample }: EngineUpdate): void {
    const payload = {
      modelName: model,
      ...hostAndPort(address.href),
      state: this.processes.get(model)?.state ?? (sample.ok ? 'ready' : 'stopped'),
      sequence,
      metrics: sample,
    };
    for (const socket of this.server?.sockets.sockets.values() ?? []) {
      const wanted = this.wanted.get(socket);
      if (!wanted || wanted.has(model)) socket.volatile.emit('llama-metrics:update', payload);
    }
  }

  private announce(): void {
    if (this.server && this.server.sockets.sockets.size > 0) {
      this.server.volatile.emit('llama-status:update', this.status.all());
    }
  }

  private pushHost(sample: HostSample): void {
    this.server?.volatile.emit('system-metrics:update', hostView(sample));
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

import { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { AccessLog } from '../http/access-log.js';
import { ErrorResponder } from '../http/error-responder.js';
import { RequestGate } from '../http/request-gate.js';
import { PUSH_PATH } from '../monitoring/push-path.js';
import { PassthroughExchange } from './passthrough-exchange.js';
import { PassthroughPipeline } from './passthrough.pipeline.js';
import { UpgradeSocket } from './upgrade-socket.js';

const PATHS = /^\/(?:upstream|comfyui)(?:[/?]|$)/;

/**
 * Takes what passes through straight from the socket, before the framework would read its body: any
 * method, any size, and websockets. Gate, errors and access log are those of every other route.
 */
@Injectable()
export class PassthroughLane implements BeforeApplicationShutdown {
  private readonly sockets = new Set<Socket>();

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly gate: RequestGate,
    private readonly pipeline: PassthroughPipeline,
    private readonly errors: ErrorResponder,
    private readonly accessLog: AccessLog,
    @Inject(APP_OPTIONS) private readonly options: AppOptions,
  ) {}

  /** Puts the lane in front of the server's own listener. */
  install(server: Server): void {
    const [next] = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (!PATHS.test(request.url ?? '')) {
        next?.(request, response);
        return;
      }
      void this.take(new PassthroughExchange({ request, response }, this.options.clock.nowMs()));
    });
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const isPush = request.url?.startsWith(PUSH_PATH) === true;
      if (!isPush) this.takeUpgrade(new UpgradeSocket(request, socket, head));
    });
    this.options.closing.addEventListener('abort', () => this.endSockets(), { once: true });
    // Any other protocol is no reason to leave HTTP; such requests are answered like all others.
    Object.assign(server, { shouldUpgradeCallback: isWebsocket });
  }

  private takeUpgrade(upgrade: UpgradeSocket): void {
    const { request, socket, response } = upgrade;
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    if (PATHS.test(request.url ?? '')) {
      void this.take(new PassthroughExchange(upgrade, this.options.clock.nowMs(), upgrade));
    } else {
      this.errors.respond(request, response, new DroverError('NOT_FOUND', '404 page not found'));
    }
  }

  /** Open websockets would keep the server from closing. */
  beforeApplicationShutdown(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private endSockets(): void {
    for (const socket of this.sockets) socket.destroySoon();
  }

  private async take(exchange: PassthroughExchange): Promise<void> {
    const { request, response, line } = exchange;
    const isPublic = line.path === '/upstream';
    const access = await this.gate.admit(request, response, { isPublic, scope: 'any' });
    exchange.access = access;
    exchange.isForeignPage = this.gate.isForeignPage(request);
    if (access) await this.pipeline.handle(exchange);
    this.accessLog.write(request, response, exchange);
  }
}

/** A handshake as RFC 6455 (4.2.1) has it. */
function isWebsocket({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    hasToken(headers.upgrade, 'websocket') &&
    hasToken(headers.connection, 'upgrade')
  );
}

function hasToken(list: string | undefined, token: string): boolean {
  return (list ?? '').split(',').some((item) => item.trim().toLowerCase() === token);
}

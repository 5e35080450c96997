import { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { ServerHttp2Session } from 'node:http2';
import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';
import { withoutBasePath } from './base-path.js';
import { BodyPace, PaceLimits } from './body-pace.js';
import { ErrorResponder } from './error-responder.js';
import { toOriginForm } from './origin-form.js';
import { ServerLimits } from './server-limits.interface.js';

/** Limits of connections; see `ServerLimits`. */
export type FrontLimits = PaceLimits & Pick<ServerLimits, 'maxRequestsPerConnection'>;

/**
 * What every request passes first, whichever way it takes then: its target gets the usual form, the base path is taken off, the pace
 * of its body is watched, and while Drover drains its connection is told to be the last.
 */
@Injectable()
export class RequestFront {
  private readonly sessions = new Set<ServerHttp2Session>();
  /** Requests so far on each connection; filled only where there is a limit. */
  private readonly counts = new WeakMap<object, number>();

  constructor(
    @Inject(APP_OPTIONS) private readonly options: AppOptions,
    private readonly config: ConfigStore,
    private readonly errors: ErrorResponder,
  ) {}

  /** Puts the front before everything that listens to the server now. */
  install(server: Server, limits: FrontLimits): void {
    const most = limits.maxRequestsPerConnection;
    const pace = new BodyPace(limits, this.options.clock, (...what) => this.cut(...what));
    const [next] = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.strip(request);
      const isLast = most > 0 && this.countOf(request.socket) >= most;
      if (isLast || this.options.draining.aborted || !server.listening) leave(request, response);
      if (!hasHost(request)) {
        response.setHeader('Connection', 'close');
        this.errors.respond(request, response, hostMissing());
        return;
      }
      if (request.method !== 'GET') pace.watch(request, response);
      next?.(request, response);
    });
    server.prependListener('upgrade', (request: IncomingMessage) => this.strip(request));
    server.on('session', (session: ServerHttp2Session) => {
      this.sessions.add(session);
      session.once('close', () => this.sessions.delete(session));
    });
    server.on('close', () => pace.end());
    this.options.draining.addEventListener('abort', () => this.sayGoodbye(), { once: true });
  }

  private countOf(socket: object): number {
    const count = (this.counts.get(socket) ?? 0) + 1;
    this.counts.set(socket, count);
    return count;
  }

  /** HTTP/2 has GOAWAY: streams that are open go on, new ones go elsewhere (RFC 9113, 6.8). */
  private sayGoodbye(): void {
    for (const session of this.sessions) session.close();
  }

  private strip(request: IncomingMessage): void {
    toOriginForm(request);
    const { basePath } = this.config.current;
    if (basePath !== '') request.url = withoutBasePath(request.url ?? '/', basePath);
  }

  private cut(request: IncomingMessage, response: ServerResponse, error: DroverError): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.once('finish', () => request.destroy());
    if (request.httpVersionMajor === 1) response.setHeader('Connection', 'close');
    this.errors.respond(request, response, error);
  }
}

/** HTTP/1.1 demands a Host (RFC 9112, 3.2), HTTP/1.0 knows none. */
function hasHost({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host !== undefined || httpVersion !== '1.1';
}

function hostMissing(): DroverError {
  return new DroverError('BAD_REQUEST', 'an HTTP/1.1 request needs the header Host');
}

/** Tells the client that this connection takes no further request. */
function leave(request: IncomingMessage, response: ServerResponse): void {
  if (request.httpVersionMajor === 1) response.setHeader('Connection', 'close');
  else if ('stream' in request) {
    (request.stream as { session?: ServerHttp2Session }).session?.close();
  }
}

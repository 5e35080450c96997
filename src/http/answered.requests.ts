import { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { FastifyInstance } from 'fastify';
import { INFERENCE_ROUTES } from '../inference/inference-routes.js';

/** Told of a request that is over; `route` is the template of its path. */
export type AnswerListener = (route: string, method: string, code: number) => void;

/** Label of requests for which there is no route: what clients ask for is no label. */
const NO_ROUTE = 'unmatched';

/** What a client that has left before any answer is counted with, as web servers do. */
const CLIENT_CLOSED = 499;

const INFERENCE_PATHS = new Set(INFERENCE_ROUTES.map(({ path }) => path));

/** Paths that are taken before the framework sees them, by their beginnings. */
const PREFIXES = ['/upstream/', '/comfyui/', '/socket.io/'];

/**
 * Tells of every HTTP request whose head Drover has read, when its answer is complete or its client
 * has left, whichever way it took. A client that leaves before its head is complete has asked for nothing;
 * a websocket is told of by nobody, for it has no end of an answer.
 */
@Injectable()
export class AnsweredRequests {
  /** Routes of what the framework has taken. */
  private readonly routes = new WeakMap<IncomingMessage, string>();
  private listener: AnswerListener = () => undefined;

  /** Takes note of the framework's routes; before any of them is added. */
  observe(server: FastifyInstance): void {
    server.addHook('onRequest', (request, _reply, done) => {
      if (!request.is404) this.routes.set(request.raw, request.routeOptions.url ?? NO_ROUTE);
      done();
    });
  }

  /** Follows every request of the server; after everything else that listens to it. */
  install(server: Server): void {
    const { tell } = this;
    server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
      response.on('close', tell);
    });
  }

  /** From now on `listener` is told, and nobody else. */
  listen(listener: AnswerListener): void {
    this.listener = listener;
  }

  /** One function for all requests: made for each it would cost more than the count. */
  private readonly tell = (() => {
    const answered = (response: ServerResponse): void => {
      const { req: request, headersSent, statusCode } = response;
      const code = headersSent ? statusCode : CLIENT_CLOSED;
      this.listener(this.routeOf(request), request.method ?? '', code);
    };
    return function (this: ServerResponse): void {
      answered(this);
    };
  })();

  private routeOf(request: IncomingMessage): string {
    const { url = '' } = request;
    const query = url.indexOf('?');
    const path = query < 0 ? url : url.slice(0, query);
    if (request.method === 'POST' && INFERENCE_PATHS.has(path)) return path;
    const route = this.routes.get(request);
    if (route !== undefined) return route;
    const prefix = PREFIXES.find((one) => path.startsWith(one) || path === one.slice(0, -1));
    return prefix === undefined ? NO_ROUTE : `${prefix}*`;
  }
}

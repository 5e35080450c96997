import { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { FastifyInstance } from 'fastify';
import { clientAddress, formatAccessLine, isAccessLogged, LogService } from '#lib/logs';
import { type Clock, CLOCK } from '#lib/foundation';
import { requestIdOf } from './request-ids.js';

/** What is measured of a request besides what its answer tells. */
export interface RequestFigures {
  /** Monotonic milliseconds at which the request arrived. */
  readonly arrivedAtMs: number;
  /** Bytes of an upstream's answer handed on so far. */
  readonly forwardedBytes: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    figures: RequestFigures | null;
  }
}

/** Writes one line per finished request into the proxy log. */
@Injectable()
export class AccessLog {
  constructor(
    private readonly logs: LogService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Watches every request of the server. */
  install(server: FastifyInstance): void {
    server.decorateRequest('figures', null);
    server.addHook('onRequest', (request, reply, done) => {
      const figures = { arrivedAtMs: this.clock.nowMs(), forwardedBytes: 0 };
      request.figures = figures;
      countBytes(reply.raw, figures);
      done();
    });
    server.addHook('onResponse', (request, reply, done) => {
      if (request.figures) {
        const { arrivedAtMs, forwardedBytes } = request.figures;
        // The framework hands its headers over only when it writes them.
        const sent = forwardedBytes || Number(reply.getHeader('content-length') ?? 0);
        this.write(request.raw, reply.raw, { arrivedAtMs, forwardedBytes: sent });
      }
      done();
    });
  }

  /** Writes the line of a request that has been answered. */
  write(request: IncomingMessage, response: ServerResponse, figures: RequestFigures): void {
    const path = request.url ?? '';
    if (!this.logs.isEnabled('info') || !isAccessLogged(path)) return;
    const requestId = requestIdOf(request);
    const line = formatAccessLine({
      address: addressOf(request),
      method: request.method ?? '',
      path,
      protocol: `HTTP/${request.httpVersion}`,
      status: response.statusCode,
      bytes: bodyBytes(request, response, figures),
      userAgent: request.headers['user-agent'] ?? '',
      durationMs: this.clock.nowMs() - figures.arrivedAtMs,
      requestId,
    });
    this.logs.write('info', line, { requestId });
  }
}

/** Counts what is written; the framework does not say how long its answers are. */
function countBytes(response: ServerResponse, figures: { forwardedBytes: number }): void {
  for (const name of ['write', 'end'] as const) {
    const original = response[name] as (...parts: unknown[]) => never;
    response[name] = (...parts: unknown[]) => {
      figures.forwardedBytes += byteLength(parts[0]);
      return original.apply(response, parts);
    };
  }
}

function byteLength(chunk: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk);
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}

/** Address of the client behind a request. */
export function addressOf({ headers, socket }: IncomingMessage): string {
  const { 'x-forwarded-for': forwarded, 'x-real-ip': real } = headers;
  const peer = socket.remoteAddress ?? '';
  return clientAddress({ 'x-forwarded-for': forwarded, 'x-real-ip': real }, peer);
}

function bodyBytes(
  { method }: IncomingMessage,
  response: ServerResponse,
  { forwardedBytes }: RequestFigures,
): number {
  if (method === 'HEAD') return 0;
  return forwardedBytes || Number(response.getHeader('content-length') ?? 0);
}

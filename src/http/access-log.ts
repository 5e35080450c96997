import { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { clientAddress, formatAccessLine, isAccessLogged, LogService } from '#lib/logs';
import { type Clock, CLOCK } from '#lib/foundation';

declare module 'fastify' {
  interface FastifyRequest {
    /** Monotonic milliseconds at which the request arrived. */
    arrivedAtMs: number;
    /** Bytes of an upstream's answer handed on so far. */
    forwardedBytes: number;
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
    server.decorateRequest('arrivedAtMs', 0);
    server.decorateRequest('forwardedBytes', 0);
    server.addHook('onRequest', (request, _reply, done) => {
      request.arrivedAtMs = this.clock.nowMs();
      done();
    });
    server.addHook('onResponse', (request, reply, done) => {
      this.write(request, reply);
      done();
    });
  }

  private write(request: FastifyRequest, reply: FastifyReply): void {
    const { raw } = request;
    const path = raw.url ?? '';
    if (!this.logs.isEnabled('info') || !isAccessLogged(path)) return;
    const line = formatAccessLine({
      address: addressOf(raw),
      method: raw.method ?? '',
      path,
      protocol: `HTTP/${raw.httpVersion}`,
      status: reply.raw.statusCode,
      bytes: bodyBytes(request, reply),
      userAgent: raw.headers['user-agent'] ?? '',
      durationMs: this.clock.nowMs() - request.arrivedAtMs,
    });
    this.logs.write('info', line);
  }
}

function addressOf({ headers, socket }: IncomingMessage): string {
  const { 'x-forwarded-for': forwarded, 'x-real-ip': real } = headers;
  const peer = socket.remoteAddress ?? '';
  return clientAddress({ 'x-forwarded-for': forwarded, 'x-real-ip': real }, peer);
}

function bodyBytes({ forwardedBytes, method }: FastifyRequest, { raw }: FastifyReply): number {
  if (forwardedBytes > 0) return forwardedBytes;
  return method === 'HEAD' ? 0 : Number(raw.getHeader('content-length') ?? 0);
}

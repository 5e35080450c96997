import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { TlsMaterial } from '../app-options.interface.js';
import { answerClientError } from './client-error.js';
import { ServerLimits } from './server-limits.interface.js';

/** Answers what the server's router refuses by itself, such as a path that cannot be decoded. */
export type FrameworkErrorHandler = (
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
) => void;

/**
 * The HTTP server: bodies stay bytes, paths match exactly, and over TLS clients may choose HTTP/2.
 */
export function createAdapter(
  limits: ServerLimits,
  tls: TlsMaterial | null,
  frameworkErrors: FrameworkErrorHandler,
): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: limits.bodyBytes,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 4096, ignoreTrailingSlash: false, caseSensitive: true },
    frameworkErrors,
    clientErrorHandler: answerClientError,
    ...serverOptions(limits, tls),
  });
  const server = adapter.getInstance();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  server.server.headersTimeout = limits.headersTimeoutMs;
  return adapter;
}

function serverOptions(limits: ServerLimits, tls: TlsMaterial | null): object {
  const { maxHeaderBytes: maxHeaderSize } = limits;
  if (!tls) return { http: { maxHeaderSize } };
  return { http2: true, https: { ...tls, allowHTTP1: true, maxHeaderSize } };
}

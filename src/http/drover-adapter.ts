import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { HttpOptions } from './http-options.interface.js';

/** Certificate and key of a TLS listener, as PEM text. */
export interface TlsMaterial {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

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
  http: HttpOptions,
  tls: TlsMaterial | null,
  frameworkErrors: FrameworkErrorHandler,
): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: http.bodyLimitBytes,
    keepAliveTimeout: http.keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 4096, ignoreTrailingSlash: false, caseSensitive: true },
    frameworkErrors,
    ...serverOptions(http, tls),
  });
  const server = adapter.getInstance();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  server.server.headersTimeout = http.headersTimeoutMs;
  return adapter;
}

function serverOptions(http: HttpOptions, tls: TlsMaterial | null): object {
  const { maxHeaderBytes: maxHeaderSize } = http;
  if (!tls) return { http: { maxHeaderSize } };
  return { http2: true, https: { ...tls, allowHTTP1: true, maxHeaderSize } };
}

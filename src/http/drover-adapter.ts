import { Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { TlsMaterial } from '../app-options.interface.js';
import { secureContextOptions } from '../tls/secure-context.js';
import { answerClientError, refuseExpectation, refuseTunnel } from './client-error.js';
import { ServerLimits } from './server-limits.interface.js';

/** Answers what the server's router refuses by itself, such as a path that cannot be decoded. */
export type FrameworkErrorHandler = (
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
) => void;

/** Most requests at a time on one HTTP/2 connection. */
const MOST_STREAMS = 100;

/** Routes have no JSON schemas, and the compilers of schemas take memory as soon as they are loaded. */
const NO_COMPILERS = { buildValidator: refuseSchema, buildSerializer: refuseSchema };

function refuseSchema(): never {
  throw new Error('routes have no schemas: check what comes in with the classes of the route');
}

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
    http2SessionTimeout: limits.keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 4096, ignoreTrailingSlash: false, caseSensitive: true },
    schemaController: { compilersFactory: NO_COMPILERS },
    frameworkErrors,
    clientErrorHandler: answerClientError,
    ...serverOptions(limits, tls),
  });
  const server = adapter.getInstance();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  limitServer(server.server, limits);
  return adapter;
}

function serverOptions(limits: ServerLimits, tls: TlsMaterial | null): object {
  const common = {
    maxHeaderSize: limits.maxHeaderBytes,
    connectionsCheckingInterval: limits.checkIntervalMs,
    // The front says in an envelope what is missing.
    requireHostHeader: false,
  };
  if (!tls) return { http: common };
  const settings = { maxConcurrentStreams: MOST_STREAMS };
  const https = { ...secureContextOptions(tls), ...common, settings, allowHTTP1: true };
  return { http2: true, https };
}

/** Sets on the server what the framework leaves alone, above all where it negotiates HTTP/2. */
function limitServer(server: Server, limits: ServerLimits): void {
  server.on('connect', refuseTunnel);
  server.on('checkExpectation', refuseExpectation);
  server.headersTimeout = limits.headersTimeoutMs;
  server.keepAliveTimeout = limits.keepAliveTimeoutMs;
  // An upload may take its time; its pace is watched instead.
  server.requestTimeout = 0;
  if (limits.maxConnections > 0) server.maxConnections = limits.maxConnections;
}

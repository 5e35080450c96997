import { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { FastifyContextConfig, FastifyInstance } from 'fastify';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';
import { Access, ApiKeys, NO_KEY_NEEDED } from './api-keys.js';
import { cleanPath } from './clean-path.js';
import { CorsPolicy } from './cors.js';
import { ErrorResponder } from './error-responder.js';
import { isFromForeignPage } from './foreign-page.js';
import { HostGuard } from './host-guard.js';
import { identify, usesRequestIds } from './request-ids.js';
import { TrustedProxies } from './trusted-proxies.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the credentials are worth; null until they were judged. */
    access: Access | null;
  }
}

/** What answers requests without a route needs no key either. */
const NO_ROUTE: FastifyContextConfig = { isPublic: true };

/**
 * What every request passes before its route: host, preflight, clean path, key, origin. Routes need
 * a key unless they say otherwise.
 */
@Injectable()
export class RequestGate {
  private readonly hosts = new HostGuard();
  private readonly proxies = new TrustedProxies();
  private keys = new ApiKeys([]);
  private keysOf: readonly string[] = [];
  private cors = new CorsPolicy(['*']);
  private corsOf: readonly string[] = [];
  /** Fixed at the start, as the listener itself. */
  private readonly hasManagement: boolean;

  constructor(
    private readonly config: ConfigStore,
    private readonly errors: ErrorResponder,
  ) {
    this.hasManagement = config.current.management.listen !== '';
  }

  /** Puts the gate before every route of the server. */
  install(server: FastifyInstance): void {
    server.decorateRequest('access', null);
    server.addHook('onRequest', (request, reply, done) => {
      const flags = request.is404 ? NO_ROUTE : request.routeOptions.config;
      request.access = this.admit(request.raw, reply.raw, flags);
      if (request.access) done();
      else reply.hijack();
    });
    server.server.on('listening', () => this.hosts.listening(server.server.address()));
  }

  /** What the request's credentials are worth; null when it was answered here and goes no further. */
  admit(
    request: IncomingMessage,
    response: ServerResponse,
    { isPublic = false, changesState = false, isManagement = false }: FastifyContextConfig = {},
  ): Access | null {
    const { headers } = request;
    const { allowedHosts, trustedProxies, requestIds, basePath } = this.config.current;
    const cors = this.currentCors();
    const isTrusted = this.proxies.sift(request, trustedProxies);
    if (usesRequestIds(requestIds, trustedProxies)) identify(request, response, isTrusted);
    const host = headers.host ?? headers[':authority']?.toString();
    if (!this.hosts.accepts(host, allowedHosts)) {
      return this.refuse(request, response, hostNotAllowed(host!));
    }
    if (request.method === 'OPTIONS') return cors.answerPreflight(request, response);
    if (headers.origin !== undefined) cors.mark(response, headers.origin);
    if (redirectToCleanPath(request, response, basePath)) return null;
    if (isManagement && this.hasManagement) return this.refuse(request, response, elsewhere());
    if (isPublic) return NO_KEY_NEEDED;
    const access = this.currentKeys().check(headers);
    if (!access.granted) return this.refuse(request, response, unauthorized());
    if (changesState && !access.isDeliberate && this.isForeignPage(request)) {
      return this.refuse(request, response, foreignPage());
    }
    return access;
  }

  /** Whether a page of an origin that the configuration does not name caused this request. */
  isForeignPage({ headers }: IncomingMessage): boolean {
    return isFromForeignPage(headers) && !this.currentCors().trusts(headers.origin);
  }

  private refuse(request: IncomingMessage, response: ServerResponse, error: DroverError): null {
    this.errors.respond(request, response, error);
    return null;
  }

  private currentCors(): CorsPolicy {
    const { corsOrigins } = this.config.current;
    if (corsOrigins !== this.corsOf) {
      this.corsOf = corsOrigins;
      this.cors = new CorsPolicy(corsOrigins);
    }
    return this.cors;
  }

  /** Keys are digested once per configuration, not once per request. */
  private currentKeys(): ApiKeys {
    const { apiKeys } = this.config.current;
    if (apiKeys !== this.keysOf) {
      this.keysOf = apiKeys;
      this.keys = new ApiKeys(apiKeys);
    }
    return this.keys;
  }
}

function redirectToCleanPath(
  { url = '/' }: IncomingMessage,
  response: ServerResponse,
  basePath: string,
): boolean {
  if (!url.includes('//') && !url.includes('/.')) return false;
  const [path, ...query] = url.split('?') as [string, ...string[]];
  const clean = cleanPath(path);
  if (clean === null) return false;
  const location = basePath + [clean, ...query].join('?');
  response.writeHead(307, { Location: location, 'Content-Length': 0 }).end();
  return true;
}

function unauthorized(): DroverError {
  return new DroverError('UNAUTHORIZED', 'unauthorized: invalid or missing API key');
}

function hostNotAllowed(host: string): DroverError {
  return new DroverError(
    'HOST_NOT_ALLOWED',
    `this server listens for this machine only and does not answer to the host "${printable(host)}"; ` +
      'use localhost, or add the name to allowedHosts',
  );
}

function elsewhere(): DroverError {
  return new DroverError('NOT_FOUND', 'this page is on the listener of management.listen');
}

function foreignPage(): DroverError {
  return new DroverError(
    'FOREIGN_PAGE',
    'a page of another origin may not change what runs here; send an API key, or call the API from ' +
      'the same origin or from a program',
  );
}

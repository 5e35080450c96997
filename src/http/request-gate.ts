import { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';
import { Access, NO_KEY_NEEDED } from '../access/access.interface.js';
import { Authenticator } from '../access/authenticator.js';
import { scopeOfRoute } from '../access/route-scopes.js';
import { whyNot } from '../access/scope-check.js';
import { AuditLog } from '../audit/audit.log.js';
import { cleanPath } from './clean-path.js';
import { CorsPolicy } from './cors.js';
import { ErrorResponder } from './error-responder.js';
import { isFromForeignPage } from './foreign-page.js';
import { HostGuard } from './host-guard.js';
import { identify, usesRequestIds } from './request-ids.js';
import { hasBearer } from './scraper-token.js';
import { TrustedProxies } from './trusted-proxies.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the credentials are worth; null until they were judged. */
    access: Access | null;
  }
}

/** What credentials are worth; null when the request was answered and goes no further. */
export type Admission = Access | null;

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
  private cors = new CorsPolicy(['*']);
  private corsOf: readonly string[] = [];
  /** Fixed at the start, as the listener itself. */
  private readonly hasManagement: boolean;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly errors: ErrorResponder,
    private readonly authenticator: Authenticator,
    private readonly audit: AuditLog,
  ) {
    this.hasManagement = config.current.management.listen !== '';
  }

  /** Puts the gate before every route of the server. */
  install(server: FastifyInstance): void {
    server.decorateRequest('access', null);
    server.addHook('onRequest', (request, reply, done) => {
      const admission = this.admit(request.raw, reply.raw, flagsOf(request));
      const settle = (access: Admission): void => {
        request.access = access;
        if (access) done();
        else reply.hijack();
      };
      if (admission instanceof Promise) void admission.then(settle);
      else settle(admission);
    });
    server.server.on('listening', () => this.hosts.listening(server.server.address()));
  }

  /** Judges a request; a promise only where a token has to be verified. */
  admit(
    request: IncomingMessage,
    response: ServerResponse,
    flags: FastifyContextConfig = {},
  ): Admission | Promise<Admission> {
    const { isPublic = false, isManagement = false } = flags;
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
    const { auth, token } = this.config.current.metrics;
    if (flags.isScraped && auth !== 'inherit') {
      const isLetIn = auth === 'none' || hasBearer(headers.authorization, token);
      return isLetIn ? NO_KEY_NEEDED : this.refuse(request, response, unauthorized());
    }
    const judged = this.authenticator.judge(headers);
    return judged instanceof Promise
      ? judged.then((access) => this.authorize(request, response, { access, flags }))
      : this.authorize(request, response, { access: judged, flags });
  }

  private authorize(
    request: IncomingMessage,
    response: ServerResponse,
    { access, flags }: { readonly access: Access; readonly flags: FastifyContextConfig },
  ): Admission {
    const { changesState = false, scope = 'inference' } = flags;
    const { client, problem } = access;
    const missing = client ? whyNot(client, scope) : (problem ?? unauthorized());
    if (missing) {
      this.audit.denied(request, client?.name ?? '', missing);
      return this.refuse(request, response, missing);
    }
    // A page that may not read the answer could still have a model loaded, and others evicted.
    const isGuarded = changesState || (scope === 'inference' && !this.currentCors().isOpen);
    if (isGuarded && !access.isDeliberate && this.isForeignPage(request)) {
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
}

/** What is said of the route of a request; the right that it needs is never left open. */
function flagsOf({ is404, routeOptions, method }: FastifyRequest): FastifyContextConfig {
  if (is404) return NO_ROUTE;
  const { config, url = '' } = routeOptions;
  return config.isPublic ? config : { scope: scopeOfRoute(method, url), ...config };
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

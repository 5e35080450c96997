import { Injectable } from '@nestjs/common';
import { FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ConfigStore } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { Access, ApiKeys } from './api-keys.js';
import { cleanPath } from './clean-path.js';
import { allowOrigin, answerPreflight } from './cors.js';
import { ErrorResponder } from './error-responder.js';
import { isFromForeignPage } from './foreign-page.js';
import { HostGuard } from './host-guard.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the credentials are worth; null until they were judged and on routes without key. */
    access: Access | null;
  }
}

/**
 * What every request passes before its route: host, preflight, clean path, key, origin. Routes need
 * a key unless they say otherwise.
 */
@Injectable()
export class RequestGate {
  private readonly hosts = new HostGuard();
  private keys = new ApiKeys([]);
  private keysOf: readonly string[] = [];

  constructor(
    private readonly config: ConfigStore,
    private readonly errors: ErrorResponder,
  ) {}

  /** Puts the gate before every route of the server. */
  install(server: FastifyInstance): void {
    server.decorateRequest('access', null);
    server.addHook('onRequest', (request, reply, done) => {
      if (this.admit(request, reply)) done();
    });
    server.server.on('listening', () => this.hosts.listening(server.server.address()));
  }

  /** Answers the request itself and returns false when it may not pass. */
  private admit(request: FastifyRequest, reply: FastifyReply): boolean {
    const { raw } = request;
    const { origin, host } = raw.headers;
    const { allowedHosts } = this.config.current;
    if (!this.hosts.accepts(host, allowedHosts))
      return this.refuse(request, reply, hostNotAllowed(host!));
    if (raw.method === 'OPTIONS') {
      answerPreflight(raw, reply.hijack().raw);
      return false;
    }
    if (origin !== undefined) allowOrigin(reply.raw, origin);
    if (redirectToCleanPath(request, reply)) return false;
    if (request.is404) return true;
    const { isPublic, changesState } = request.routeOptions.config;
    if (isPublic) return true;
    const access = this.currentKeys().check(raw.headers);
    if (!access.granted) return this.refuse(request, reply, unauthorized());
    if (changesState && !access.isDeliberate && isFromForeignPage(raw.headers)) {
      return this.refuse(request, reply, foreignPage());
    }
    request.access = access;
    return true;
  }

  private refuse(request: FastifyRequest, reply: FastifyReply, error: DroverError): false {
    this.errors.respond(request.raw, reply.hijack().raw, error);
    return false;
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

function redirectToCleanPath(request: FastifyRequest, reply: FastifyReply): boolean {
  const url = request.raw.url ?? '/';
  if (!url.includes('//') && !url.includes('/.')) return false;
  const [path, ...query] = url.split('?') as [string, ...string[]];
  const clean = cleanPath(path);
  if (clean === null) return false;
  const location = [clean, ...query].join('?');
  reply.hijack().raw.writeHead(307, { Location: location, 'Content-Length': 0 }).end();
  return true;
}

function unauthorized(): DroverError {
  return new DroverError('UNAUTHORIZED', 'unauthorized: invalid or missing API key');
}

function hostNotAllowed(host: string): DroverError {
  return new DroverError(
    'HOST_NOT_ALLOWED',
    `this server listens for this machine only and does not answer to the host "${host}"; ` +
      'use localhost, or add the name to allowedHosts',
  );
}

function foreignPage(): DroverError {
  return new DroverError(
    'FOREIGN_PAGE',
    'a page of another origin may not change what runs here; send an API key, or call the API from ' +
      'the same origin or from a program',
  );
}

import { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { RouteOptions } from 'fastify';
import { DroverError } from '#lib/foundation';
import { ErrorResponder } from './error-responder.js';

/** Paths under which programs, not people, look for something. */
const API_PATH = /^\/(?:v1|v|api|sdapi|audioapi|upstream|comfyui)(?:\/|$)/;

/** Knows which methods each path has, to tell an unknown path from a wrong method. */
@Injectable()
export class RouteTable {
  private readonly exact = new Map<string, Set<string>>();
  private readonly prefixes = new Map<string, Set<string>>();

  /** Takes note of a route; patterns may end in `*`. */
  add({ method, url }: Pick<RouteOptions, 'method' | 'url'>): void {
    const isPrefix = url.endsWith('*');
    const routes = isPrefix ? this.prefixes : this.exact;
    const key = isPrefix ? url.slice(0, -1) : url;
    const methods = routes.get(key) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    routes.set(key, methods);
  }

  /** Every route as it was registered, one method at a time. */
  routes(): { readonly method: string; readonly url: string }[] {
    const prefixes = [...this.prefixes].map(([url, methods]) => [`${url}*`, methods] as const);
    return [...this.exact, ...prefixes].flatMap(([url, methods]) =>
      [...methods].map((method) => ({ method, url })),
    );
  }

  /** Methods of a path, sorted; a GET route answers HEAD too. Empty for an unknown path. */
  methodsOf(path: string): string[] {
    const methods = new Set(this.exact.get(decodePath(path)));
    for (const [prefix, more] of this.prefixes) {
      if (path.startsWith(prefix)) for (const method of more) methods.add(method);
    }
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods].toSorted();
  }

  /**
   * Answers a request that no route took: 405 with Allow or 404, as an envelope where programs look
   * and as a line of text elsewhere.
   */
  answerUnknown(request: IncomingMessage, response: ServerResponse, errors: ErrorResponder): void {
    const path = (request.url ?? '/').replace(/[?#].*/s, '');
    const methods = this.methodsOf(path);
    const known = methods.length > 0;
    if (known) response.setHeader('Allow', methods.join(', '));
    if (API_PATH.test(path) || known) {
      const error = known ? wrongMethod(request, methods) : new DroverError('NOT_FOUND', NO_PAGE);
      errors.respond(request, response, error);
      return;
    }
    response.writeHead(404, {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Content-Length': NO_PAGE.length + 1,
    });
    response.end(`${NO_PAGE}\n`);
  }
}

const NO_PAGE = '404 page not found';

function wrongMethod(request: IncomingMessage, methods: readonly string[]): DroverError {
  const message = `Method Not Allowed: ${request.method}; this path has ${methods.join(', ')}`;
  return new DroverError('METHOD_NOT_ALLOWED', message);
}

function decodePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

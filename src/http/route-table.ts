import { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { RouteOptions } from 'fastify';
import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';
import { ErrorResponder } from './error-responder.js';

/** Paths under which programs, not people, look for something. */
const API_PATH = /^\/(?:v1|v|api|sdapi|audioapi|upstream|comfyui)(?:\/|$)/;

/** Knows which methods each path has, to tell an unknown path from a wrong method. */
@Injectable()
export class RouteTable {
  private readonly methods = new Map<string, Set<string>>();
  private readonly patterns = new Map<string, RegExp>();

  /** Takes note of a route; paths may hold parameters as `:id` and end in `*`. */
  add({ method, url }: Pick<RouteOptions, 'method' | 'url'>): void {
    const methods = this.methods.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    this.methods.set(url, methods);
    if (/[:*]/.test(url)) this.patterns.set(url, patternOf(url));
  }

  /** Every route as it was registered, one method at a time. */
  routes(): { readonly method: string; readonly url: string }[] {
    return [...this.methods].flatMap(([url, methods]) =>
      [...methods].map((method) => ({ method, url })),
    );
  }

  /** Methods of a path, sorted; a GET route answers HEAD too. Empty for an unknown path. */
  methodsOf(path: string): string[] {
    const decoded = decodePath(path);
    const methods = new Set(this.methods.get(decoded));
    for (const [url, pattern] of this.patterns) {
      if (pattern.test(decoded)) for (const method of this.methods.get(url)!) methods.add(method);
    }
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods].toSorted();
  }

  /** What a client most probably meant by a path that there is not, or null. */
  private nearestTo(path: string): string | null {
    const plain = path.replace(/\/+$/, '');
    // Base addresses are often given with the version that clients add themselves, or without.
    const candidates = [plain, plain.replace(/^\/v1(?=\/)/, ''), `/v1${plain}`];
    return candidates.find((one) => this.methods.has(one)) ?? null;
  }

  private noRoute(path: string): DroverError {
    const nearest = this.nearestTo(path);
    const hint = nearest === null ? 'GET /api/openapi.json lists all routes' : `try ${nearest}`;
    return new DroverError('NOT_FOUND', `${NO_PAGE}: there is no ${printable(path)}; ${hint}`);
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
      const error = known ? wrongMethod(request, methods) : this.noRoute(path);
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

function patternOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment === '*') return '.*';
    return segment.startsWith(':') ? '[^/]+' : segment.replaceAll(/[^\w-]/g, String.raw`\$&`);
  });
  return new RegExp(`^${segments.join('/')}$`, 's');
}

function decodePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

import { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

const DEFAULT_HEADERS = 'Content-Type, Authorization, Accept, X-Requested-With';

/** Headers of answers that scripts of other origins may read besides the harmless ones. */
const EXPOSED = [
  'Retry-After, retry-after-ms, X-Request-Id',
  ...['limit', 'remaining', 'reset'].map(
    (what) => `x-ratelimit-${what}-requests, x-ratelimit-${what}-tokens`,
  ),
].join(', ');

/** Characters of a header name (RFC 9110, 5.6.2). */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

type GivenHeaders = readonly string[] | OutgoingHttpHeaders | undefined;

/**
 * Which pages of other origins may call the API and read its answers (WHATWG Fetch, 3.2), by the
 * setting `cors.origins`. `*` stands for all of them; the answers of upstreams then keep what these
 * say themselves. With a list, Drover alone decides.
 */
export class CorsPolicy {
  private readonly listed: ReadonlySet<string>;
  /** Whether pages of every origin are let in. */
  readonly isOpen: boolean;

  constructor(origins: readonly string[]) {
    this.listed = new Set(origins.map((origin) => origin.toLowerCase()));
    this.isOpen = this.listed.has('*');
  }

  /** Whether the operator has named this origin; `*` names nobody. */
  trusts(origin: string | undefined): boolean {
    return origin !== undefined && this.listed.has(origin.toLowerCase()) && origin !== '*';
  }

  /** Answers a preflight, or any other OPTIONS request, which goes no further. */
  answerPreflight(request: IncomingMessage, response: ServerResponse): null {
    const { origin, 'access-control-request-headers': asked } = request.headers;
    if (!this.isOpen) response.setHeader('Vary', 'Origin');
    if (this.isOpen || this.trusts(origin)) {
      const allowed = this.isOpen ? '*' : origin!;
      response.setHeader('Access-Control-Allow-Origin', allowed);
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PUT, PATCH, DELETE, OPTIONS');
      response.setHeader(
        'Access-Control-Allow-Headers',
        asked === undefined ? DEFAULT_HEADERS : headerNames(asked),
      );
      response.setHeader('Access-Control-Max-Age', '86400');
    }
    response.writeHead(204).end();
    return null;
  }

  /** Says in the answer, whoever writes it, whether the page that asks may read it. */
  mark(response: ServerResponse, origin: string): void {
    response.setHeader('Vary', 'Origin');
    if (this.isOpen || this.trusts(origin)) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Expose-Headers', EXPOSED);
    }
    this.keepAtHead(response);
  }

  /** What an upstream or a route sets replaces headers of the same name; ours are joined with it. */
  private keepAtHead(response: ServerResponse): void {
    const original = response.writeHead.bind(response) as (...parts: unknown[]) => ServerResponse;
    const own = new Map(
      response
        .getHeaderNames()
        .filter((name) => name.startsWith('access-control-'))
        .map((name) => [name, response.getHeader(name)!]),
    );
    response.writeHead = (...parts: unknown[]): ServerResponse => {
      response.setHeader('Vary', withOrigin(response.getHeader('vary')));
      if (!this.isOpen) restoreOwn(response, own);
      const at = parts.findLastIndex((part) => typeof part === 'object' && part !== null);
      const more = parts.map((part, index) => (index === at ? this.joined(part as object) : part));
      return original(...more);
    };
  }

  private joined(given: object): GivenHeaders {
    const pairs = Array.isArray(given)
      ? pairsOf(given as string[])
      : Object.entries(given as OutgoingHttpHeaders);
    const headers: string[] = [];
    for (const [name, value] of pairs) {
      const lower = name.toLowerCase();
      if (value === undefined || (!this.isOpen && lower.startsWith('access-control-'))) continue;
      const values = lower === 'vary' ? [withOrigin(value)] : [value].flat().map(String);
      for (const text of values) headers.push(name, text);
    }
    return headers;
  }
}

/** The valid header names of a list, which a client may have filled with anything. */
export function headerNames(list: string): string {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => HEADER_NAME.test(name))
    .join(', ');
}

function restoreOwn(
  response: ServerResponse,
  own: ReadonlyMap<string, number | string | string[]>,
): void {
  for (const name of response.getHeaderNames()) {
    if (name.startsWith('access-control-') && !own.has(name)) response.removeHeader(name);
  }
  for (const [name, value] of own) response.setHeader(name, value);
}

function withOrigin(vary: number | string | readonly string[] | undefined): string {
  const names = [vary ?? []].flat().join(', ');
  if (names === '') return 'Origin';
  return /(?:^|,)\s*(?:origin|\*)\s*(?:,|$)/i.test(names) ? names : `${names}, Origin`;
}

function pairsOf(list: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < list.length; at += 2) pairs.push([list[at]!, list[at + 1]!]);
  return pairs;
}

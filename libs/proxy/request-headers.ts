import { IncomingMessage } from 'node:http';

/** Headers that concern one connection only (RFC 9110, 7.6.1) or that are written anew. */
const NOT_FORWARDED = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'content-length',
  'expect',
]);

/** Headers by which proxies tell of the client; a peer learns nothing about it. */
export const FORWARDING_HEADERS: ReadonlySet<string> = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
]);

/** What proxies and gateways tell each other; nobody outside has a say in it. */
const INTERNAL = /^x-(?:drover-|gateway-(?:destination-endpoint|inference-))/;

/** Headers that servers act upon, besides those above. */
const ACTED_UPON = new Set(['authorization', 'cookie', 'host', 'x-api-key', 'te', 'x-request-id']);

/** How the headers for an upstream differ from the client's. */
export interface RequestHeaderRules {
  readonly kind: 'local' | 'peer';
  /** Lower-case names that are left out, for example those of a Drover key. */
  readonly omit?: ReadonlySet<string>;
  /** Names and values alternating, sent instead of the client's of the same names. */
  readonly add?: readonly string[];
}

/**
 * The client's end-to-end headers as they go to an upstream, names and values alternating, in the
 * client's order and spelling. The body's length is left to the sender.
 */
export function requestHeaders(request: IncomingMessage, rules: RequestHeaderRules): string[] {
  const raw = request.rawHeaders;
  const headers: string[] = [];
  const named = namedByConnection(request.headers.connection);
  let forwardedFor = '';
  let hasHost = false;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    if (NOT_FORWARDED.has(name) || name.charCodeAt(0) === 0x3a) continue;
    if (named?.has(name) || rules.omit?.has(name) || isDisguised(name)) continue;
    const value = raw[at + 1]!;
    if (name === 'host') {
      // Two Host headers are an attack or a mistake; Node's parser took the first one.
      if (rules.kind === 'local' && !hasHost) headers.push('Host', value);
      hasHost = true;
    } else if (rules.kind === 'peer' && FORWARDING_HEADERS.has(name)) continue;
    else if (name === 'x-forwarded-for') forwardedFor += `${value}, `;
    else if (name === 'te') keepTrailers(headers, value);
    else headers.push(raw[at]!, value);
  }
  if (rules.kind === 'local') {
    if (!hasHost) addAuthority(headers, request);
    headers.push('X-Forwarded-For', forwardedFor + peerAddress(request));
  }
  return rules.add ? replaceHeaders(headers, rules.add) : headers;
}

/**
 * Whether a name is internal, or one that some servers read as another one's: those that hand
 * headers on as variables make `X_Forwarded_For` and `X-Forwarded-For` the same.
 */
function isDisguised(name: string): boolean {
  if (name.startsWith('x-') && INTERNAL.test(name)) return true;
  if (!name.includes('_')) return false;
  const read = name.replaceAll('_', '-');
  return (
    NOT_FORWARDED.has(read) ||
    FORWARDING_HEADERS.has(read) ||
    ACTED_UPON.has(read) ||
    INTERNAL.test(read)
  );
}

/** Address of the connection's other end, without port. */
export function peerAddress(request: IncomingMessage): string {
  const address = request.socket.remoteAddress ?? 'unknown';
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** Names that the Connection header declares to be hop-by-hop, or null for the usual values. */
function namedByConnection(connection: string | undefined): ReadonlySet<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close')
    return null;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

function keepTrailers(headers: string[], value: string): void {
  if (/(?:^|,)\s*trailers\s*(?:;|,|$)/i.test(value)) headers.push('TE', 'trailers');
}

function addAuthority(headers: string[], request: IncomingMessage): void {
  const authority = request.headers[':authority'];
  if (typeof authority === 'string') headers.push('Host', authority);
}

function replaceHeaders(headers: readonly string[], add: readonly string[]): string[] {
  const replaced = new Set(add.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()));
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    if (!replaced.has(headers[at]!.toLowerCase())) kept.push(headers[at]!, headers[at + 1]!);
  }
  return [...kept, ...add];
}

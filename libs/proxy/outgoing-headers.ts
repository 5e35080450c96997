import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { RequestHeaderRules, requestHeaders } from './request-headers.js';
import { HeaderMemo, UpstreamRequest } from './upstream-link.interface.js';

/** The headers of a request to an upstream, with a memo where they may go out again. */
export type OutgoingHeaders = Pick<UpstreamRequest, 'headers' | 'memo'>;

/** So many requests in a row with headers of their own, and the connection's are kept no more. */
const MOST_CHANGES = 4;

const LENGTH = 'content-length';

/** What was made of the headers of a connection's last request. */
class KeptHeaders implements OutgoingHeaders {
  readonly memo: HeaderMemo = { host: '', lines: '' };
  /** Requests in a row that had others. */
  changes = 0;

  constructor(
    private readonly raw: readonly string[],
    private readonly rules: RequestHeaderRules,
    readonly headers: readonly string[],
  ) {}

  /** Whether the same comes of a request with these headers; its length is not among them. */
  fits(raw: readonly string[], { kind, omit, add }: RequestHeaderRules): boolean {
    const { raw: kept, rules } = this;
    if (rules.kind !== kind || rules.add !== add || !isSame(rules.omit, omit)) return false;
    if (kept.length !== raw.length) return false;
    for (let at = 0; at < raw.length; at += 1) {
      if (kept[at] !== raw[at] && !isLength(raw, at)) return false;
    }
    return true;
  }
}

const kept = new WeakMap<Socket, KeptHeaders>();

/**
 * As {@link requestHeaders}. The requests of one connection nearly always have the same headers, but for
 * the length of the body: what was made of the last ones is the same object then.
 */
export function outgoingHeaders(
  request: IncomingMessage,
  kind: RequestHeaderRules['kind'],
  more: Omit<RequestHeaderRules, 'kind'> = {},
): OutgoingHeaders {
  const rules: RequestHeaderRules = { kind, omit: more.omit, add: more.add };
  const { rawHeaders: raw, socket } = request;
  // The streams of one connection of HTTP/2 belong to whoever shares it.
  if (request.httpVersionMajor > 1) return { headers: requestHeaders(request, rules) };
  const last = kept.get(socket);
  if (last?.fits(raw, rules)) {
    last.changes = 0;
    return last;
  }
  const headers = requestHeaders(request, rules);
  const changes = (last?.changes ?? -1) + 1;
  if (last && changes >= MOST_CHANGES) return { headers };
  const next = new KeptHeaders(raw, rules, headers);
  next.changes = changes;
  kept.set(socket, next);
  return next;
}

function isLength(raw: readonly string[], at: number): boolean {
  if (at % 2 === 0) return false;
  const name = raw[at - 1]!;
  return name.length === LENGTH.length && name.toLowerCase() === LENGTH;
}

function isSame(one?: ReadonlySet<string>, other?: ReadonlySet<string>): boolean {
  if (one === other) return true;
  if ((one?.size ?? 0) !== (other?.size ?? 0)) return false;
  for (const name of one ?? []) if (!other?.has(name)) return false;
  return true;
}

/** Headers of an answer that concern the upstream's connection only (RFC 9110, 7.6.1). */
const NOT_FORWARDED = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'transfer-encoding',
  'te',
  'upgrade',
]);

/** The part of an upstream's headers that goes on to the client. */
export interface ForwardedHeaders {
  /** Names and values alternating, spelled and ordered as received. */
  readonly headers: readonly string[];
  readonly isEventStream: boolean;
  /** Value of the Trailer header, which may only be sent with a chunked body. */
  readonly trailer: string | null;
  readonly hasLength: boolean;
  /** Whether an event can be put behind the body at any time: it is events, plain and of any length. */
  readonly takesEvent: boolean;
}

const selected = new WeakMap<readonly string[], ForwardedHeaders>();

/** As {@link selectHeaders}; of headers that are the same object again, the same result. */
export function responseHeaders(raw: readonly string[]): ForwardedHeaders {
  let forwarded = selected.get(raw);
  if (!forwarded) selected.set(raw, (forwarded = selectHeaders(raw)));
  return forwarded;
}

/**
 * Selects the end-to-end headers of an answer, and marks event streams as not to be buffered and not
 * to be compressed on the way (RFC 9111, 5.2.2.6).
 */
function selectHeaders(raw: readonly string[]): ForwardedHeaders {
  const headers: string[] = [];
  const named = connectionNames(raw);
  let isEventStream = false;
  let hasLength = false;
  let isCoded = false;
  let trailer: string | null = null;
  let buffering: string | null = null;
  let cacheAt = -1;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    const value = raw[at + 1]!;
    if (NOT_FORWARDED.has(name) || named?.has(name)) continue;
    if (name === 'trailer' || name === 'x-accel-buffering') {
      if (name === 'trailer') trailer = value;
      else buffering = value;
      continue;
    }
    if (name === 'content-length') hasLength = true;
    else if (name === 'content-type') isEventStream = /text\/event-stream/i.test(value);
    else if (name === 'content-encoding') isCoded = value.toLowerCase() !== 'identity';
    else if (name === 'cache-control') cacheAt = headers.length;
    headers.push(raw[at]!, value);
  }
  if (isEventStream) {
    buffering = 'no';
    forbidTransform(headers, cacheAt);
  }
  if (buffering !== null) headers.push('X-Accel-Buffering', buffering);
  const takesEvent = isEventStream && !isCoded && !hasLength;
  return { headers, isEventStream, trailer, hasLength, takesEvent };
}

/** @param at index of the last Cache-Control header, negative for none */
function forbidTransform(headers: string[], at: number): void {
  if (at < 0) headers.push('Cache-Control', 'no-cache, no-transform');
  else if (!/no-transform/i.test(headers[at + 1]!)) headers[at + 1] += ', no-transform';
}

/** Trailers in the form that `ServerResponse.addTrailers` takes. */
export function trailerPairs(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < raw.length; at += 2) pairs.push([raw[at]!, raw[at + 1]!]);
  return pairs;
}

/** Whether a header is among alternating names and values, by its lower-case name. */
export function hasHeader(headers: readonly string[], name: string): boolean {
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at]!.length === name.length && headers[at]!.toLowerCase() === name) return true;
  }
  return false;
}

function connectionNames(raw: readonly string[]): ReadonlySet<string> | null {
  let names: Set<string> | null = null;
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]!.length !== 10 || raw[at]!.toLowerCase() !== 'connection') continue;
    const value = raw[at + 1]!;
    if (value === 'keep-alive' || value === 'close') continue;
    names ??= new Set();
    for (const name of value.split(',')) names.add(name.trim().toLowerCase());
  }
  return names;
}

import { randomUUID } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';

const NAME = 'X-Request-Id';
const LOWER = 'x-request-id';

/** What goes into a log line or a header as it is, at most 128 bytes. */
const USABLE = /^[\w.:@+/=~-]{1,128}$/;

const ids = new WeakMap<IncomingMessage, string>();

/** When requests carry an id; see the setting `requestIds`. */
export type RequestIdMode = 'auto' | 'always' | 'never';

/** Whether requests carry an id. */
export function usesRequestIds(mode: RequestIdMode, trustedProxies: readonly string[]): boolean {
  return mode === 'always' || (mode === 'auto' && trustedProxies.length > 0);
}

/**
 * Gives a request its id: the one that a trusted proxy has sent, if it is fit for logs and headers,
 * else a new one. It goes to the model's server and into the answer.
 *
 * @param isTrusted whether the connection comes from a trusted proxy
 */
export function identify(
  request: IncomingMessage,
  response: ServerResponse,
  isTrusted: boolean,
): void {
  const given = request.headers[LOWER];
  const isKept = isTrusted && typeof given === 'string' && USABLE.test(given);
  const id = isKept ? given : randomUUID();
  if (!isKept) replaceHeader(request, id);
  ids.set(request, id);
  response.setHeader(NAME, id);
}

/** The id of a request; null when it has none. */
export function requestIdOf(request: IncomingMessage): string | null {
  return ids.get(request) ?? null;
}

/** What the activity log notes about a request from the beginning: its id, if it has one. */
export function requestNotes(request: IncomingMessage): Readonly<Record<string, string>> {
  const id = ids.get(request);
  return id === undefined ? NO_NOTES : { request_id: id };
}

/** Nothing is noted about a request. */
export const NO_NOTES: Readonly<Record<string, string>> = Object.freeze({});

/** Replaces the header in both forms that a request has it in. */
function replaceHeader({ headers, rawHeaders }: IncomingMessage, id: string): void {
  headers[LOWER] = id;
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (rawHeaders[at]!.toLowerCase() === LOWER) rawHeaders.splice(at, 2);
  }
  rawHeaders.push(NAME, id);
}

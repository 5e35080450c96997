import { randomUUID } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { clientAddress } from '#lib/logs';

/** What the request itself tells about its client. */
export interface RequestFacts {
  readonly requestId: string;
  readonly clientAddress: string;
  readonly sessionId: string | null;
}

/** Longest header value that is recorded, characters. */
const MAX_HEADER_CHARACTERS = 200;

/** Reads the facts; the session is the first of the named headers that is not empty. */
export function requestFacts(
  request: IncomingMessage,
  sessionHeaders: readonly string[],
): RequestFacts {
  const header = (name: string): string => {
    const value = request.headers[name.toLowerCase()];
    return String(Array.isArray(value) ? value[0] : (value ?? '')).trim();
  };
  const session = sessionHeaders.map(header).find((value) => value !== '');
  const { 'x-forwarded-for': forwarded, 'x-real-ip': real } = request.headers;
  const peer = request.socket.remoteAddress ?? '';
  return {
    requestId: header('x-request-id').slice(0, MAX_HEADER_CHARACTERS) || randomUUID(),
    clientAddress: clientAddress({ 'x-forwarded-for': forwarded, 'x-real-ip': real }, peer),
    sessionId: session?.slice(0, MAX_HEADER_CHARACTERS) ?? null,
  };
}

import { randomUUID } from 'node:crypto';
import { IncomingMessage } from 'node:http';

/** Longest header value that is recorded, characters. */
const MAX_HEADER_CHARACTERS = 200;

/** Beginning of the ids that are made here, for the life of the program; what follows counts. */
const OWN_IDS = randomUUID().slice(0, 24);
let ownIds = 0;

/**
 * The id that the client or a gateway gave the request, or a new one. New ones have the form of a
 * UUID and are unique; nothing depends on their being hard to guess.
 */
export function requestIdOf(request: IncomingMessage): string {
  return headerOf(request, 'x-request-id') ?? newId();
}

function newId(): string {
  ownIds += 1;
  return OWN_IDS + ownIds.toString(16).padStart(12, '0');
}

/**
 * The session that a request belongs to: the first of the headers that is not empty.
 *
 * @param names names of headers in lower case
 */
export function sessionOf(request: IncomingMessage, names: readonly string[]): string | null {
  for (const name of names) {
    const session = headerOf(request, name);
    if (session !== null) return session;
  }
  return null;
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  if (value === undefined) return null;
  const text = String(Array.isArray(value) ? value[0] : value).trim();
  return text === '' ? null : text.slice(0, MAX_HEADER_CHARACTERS);
}

import { DroverError } from '#lib/foundation';
import { requestedModel, withModel } from '#lib/proxy';
import { readBody } from '../http/read-body.js';
import { Passage } from './passage.interface.js';
import { PassthroughExchange } from './passthrough-exchange.js';

/** The parts of a request that had to be read, as a peer shall see them. */
export interface RequestForPeer {
  readonly query?: string;
  /** Absent when the client's body goes on as it comes. */
  readonly body?: Buffer | null;
}

/**
 * Replaces the model's name in body or query by the peer's own name for it, only where it is the name
 * that the path used. Only bodies that can name a model are read for that, and for another peer that may be
 * asked next; files pass by unread.
 *
 * @throws DroverError BODY_TOO_LARGE, CANCELLED when the client has left
 */
export async function readForPeer(
  exchange: PassthroughExchange,
  { model: resolved, requestedName, selector }: Passage,
  limitBytes: number,
): Promise<RequestForPeer> {
  const { model } = resolved;
  const name = selector ?? requestedName;
  const hasOthers = resolved.kind === 'peer' && resolved.peers !== undefined;
  if (model === name && !hasOthers) return {};
  const { request, line, upgrade } = exchange;
  const { 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers;
  const { method, query } = line;
  const isReadable = /\bjson\b|urlencoded/i.test(contentType ?? '') && !contentEncoding && !upgrade;
  const body = isReadable ? await bodyOf(exchange, limitBytes) : undefined;
  const asked = { method, query, contentType, contentEncoding, expectsJson: false };
  const named = requestedModel({ ...asked, body: body ?? null });
  if (named?.name !== name || model === name) return body === undefined ? {} : { body };
  const renamed = withModel({ ...asked, body: body ?? null }, named.place, model);
  return body === undefined ? { query: renamed.query } : renamed;
}

function bodyOf(
  { request, leaving }: PassthroughExchange,
  limitBytes: number,
): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const left = (): void => reject(new DroverError('CANCELLED', 'the client has left'));
    leaving.signal.addEventListener('abort', left, { once: true });
    readBody(request, limitBytes, (failure, body) => (failure ? reject(failure) : resolve(body)));
  });
}

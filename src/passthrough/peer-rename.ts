import { requestedModel, withModel } from '#lib/proxy';
import { readBody } from '../http/read-body.js';
import { Passage } from './passage.interface.js';
import { PassthroughExchange } from './passthrough-exchange.js';

/** The parts of a request that name its model, as a peer shall see them. */
export interface RenamedRequest {
  readonly query?: string;
  /** Absent when the client's body goes on as it comes. */
  readonly body?: Buffer | null;
}

/**
 * Replaces the model's name in body or query by the peer's own name for it, only where it is the name
 * that the path used. Only bodies that can name a model are read for that; files pass by unread.
 *
 * @throws DroverError BODY_TOO_LARGE
 */
export async function renamedForPeer(
  exchange: PassthroughExchange,
  { model: { model }, requestedName }: Passage,
  limitBytes: number,
): Promise<RenamedRequest> {
  if (model === requestedName) return {};
  const { request, line, upgrade } = exchange;
  const { 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers;
  const { method, query } = line;
  const isReadable = /\bjson\b|urlencoded/i.test(contentType ?? '') && !contentEncoding && !upgrade;
  const body = isReadable ? await bodyOf(exchange, limitBytes) : undefined;
  const asked = { method, query, contentType, contentEncoding, expectsJson: false };
  const named = requestedModel({ ...asked, body: body ?? null });
  if (named?.name !== requestedName) return body === undefined ? {} : { body };
  const renamed = withModel({ ...asked, body: body ?? null }, named.place, model);
  return body === undefined ? { query: renamed.query } : renamed;
}

function bodyOf({ request }: PassthroughExchange, limitBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    readBody(request, limitBytes, (failure, body) => (failure ? reject(failure) : resolve(body)));
  });
}

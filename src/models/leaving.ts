import { FastifyRequest } from 'fastify';

/** A signal that aborts when the client closes the connection before it has its answer. */
export function leavingOf({ raw }: FastifyRequest): AbortSignal {
  const leaving = new AbortController();
  const { socket } = raw;
  if (socket.destroyed) leaving.abort();
  else socket.once('close', () => leaving.abort());
  return leaving.signal;
}

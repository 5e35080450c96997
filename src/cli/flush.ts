import { Writable } from 'node:stream';

/** How long a reader gets to take what is left, milliseconds. */
const FLUSH_LIMIT_MS = 1000;

/** Resolves when everything written has been taken, or its reader is gone or too slow. */
export async function flush(streams: readonly Writable[], limitMs = FLUSH_LIMIT_MS): Promise<void> {
  // Lines that were gathered in this turn of the event loop are written at its end.
  await new Promise((resolve) => setImmediate(resolve));
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, limitMs);
  await Promise.race([Promise.all(streams.map(taken)), limit.promise]);
  clearTimeout(timer);
}

function taken(stream: Writable): Promise<void> {
  if (stream.destroyed || !stream.writable) return Promise.resolve();
  // Called with an error, too, when the reader is gone.
  return new Promise((resolve) => stream.write('', () => resolve()));
}

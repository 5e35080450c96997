import { IncomingMessage } from 'node:http';
import { DroverError } from '#lib/foundation';

/** Told once: the failure, or the body, which is null when the request has none. */
export type BodyReceiver = (failure: DroverError | null, body: Buffer | null) => void;

/**
 * Collects a request's body. When the client leaves before the end, nobody is told: there is nobody
 * to answer.
 */
export function readBody(request: IncomingMessage, limitBytes: number, done: BodyReceiver): void {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
    done(tooLarge(limitBytes), null);
    return;
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  const onData = (piece: Buffer): void => {
    bytes += piece.length;
    pieces.push(piece);
    if (bytes <= limitBytes) return;
    request.off('data', onData).off('end', onEnd).pause();
    done(tooLarge(limitBytes), null);
  };
  const onEnd = (): void => {
    if (pieces.length === 1) done(null, pieces[0]!);
    else done(null, bytes === 0 ? null : Buffer.concat(pieces, bytes));
  };
  request.on('data', onData).on('end', onEnd);
}

/** What a client is told whose body is longer than the limit. */
export function tooLarge(limitBytes: number): DroverError {
  const message = `the body is larger than ${limitBytes} bytes (limits.bodyBytes); send less`;
  return new DroverError('BODY_TOO_LARGE', message);
}

import { IncomingMessage } from 'node:http';
import { DroverError } from '#lib/foundation';
import { bodyKindOf, formState } from '#lib/proxy';
import { readBody, tooLarge } from './read-body.js';

/** Shorter bodies are cheaper to collect than to pass on piece by piece, and can be repeated. */
const LEAST_BYTES = 256 * 1024;

/** A form whose text fields take more than this before its first file is collected whole. */
const MOST_FIELD_BYTES = 1024 * 1024;

/** A body, or its beginning; null for none. */
export interface FormBody {
  readonly body: Buffer | null;
  /** Whether more of it is still to come, from the request. */
  readonly isPartial: boolean;
}

/** Told once: the failure, or what has been read. */
export type FormReceiver = (failure: DroverError | null, form: FormBody) => void;

/**
 * Reads a request's body as far as it has to be known: of a long form that names its model before its
 * first file the beginning, of everything else all.
 */
export function readForm(request: IncomingMessage, limitBytes: number, done: FormReceiver): void {
  const {
    'content-type': type,
    'content-encoding': coding,
    'content-length': length,
  } = request.headers;
  const isLong = Number(length ?? Infinity) >= LEAST_BYTES;
  if (!isLong || coding !== undefined || bodyKindOf(type) !== 'multipart') {
    readBody(request, limitBytes, (failure, body) => done(failure, { body, isPartial: false }));
    return;
  }
  if (Number(length ?? 0) > limitBytes) {
    done(tooLarge(limitBytes), { body: null, isPartial: false });
    return;
  }
  readBeginning(request, { type, limitBytes, done });
}

interface Reading {
  readonly type: string | undefined;
  readonly limitBytes: number;
  readonly done: FormReceiver;
}

function readBeginning(request: IncomingMessage, { type, limitBytes, done }: Reading): void {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let isSearching = true;
  const finish = (failure: DroverError | null, isPartial: boolean): void => {
    request.off('data', onData).off('end', onEnd);
    const body = failure || bytes === 0 ? null : Buffer.concat(pieces, bytes);
    done(failure, { body, isPartial });
  };
  const onData = (piece: Buffer): void => {
    bytes += piece.length;
    pieces.push(piece);
    if (bytes > limitBytes) {
      request.pause();
      finish(tooLarge(limitBytes), false);
      return;
    }
    if (!isSearching) return;
    pieces = [Buffer.concat(pieces, bytes)];
    const state = formState(pieces[0]!, type, 'model');
    isSearching = state === 'undecided' && bytes <= MOST_FIELD_BYTES;
    if (state !== 'found') return;
    request.pause();
    finish(null, true);
  };
  const onEnd = (): void => finish(null, false);
  request.on('data', onData).on('end', onEnd);
}

import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { RequestHeaderRules } from '../request-headers.js';
import { ResponseObserver } from '../response-observer.interface.js';
import { UpstreamTarget } from '../upstream-target.interface.js';

/** One request of any method, handed on as it comes. */
export interface PassthroughRequest {
  readonly request: IncomingMessage;
  /** Nothing may have been written to it. */
  readonly response: ServerResponse;
  readonly target: UpstreamTarget;
  /** Path without query, percent-encoded as it shall be sent. */
  readonly path: string;
  /** Query without question mark; empty for none. */
  readonly query: string;
  /** Whole body where it had to be read; without one the client's is streamed. */
  readonly body?: Buffer | null;
  /** Longest body that is sent on, bytes; absent for any. */
  readonly limitBytes?: number;
  /** Sent instead of the first bytes of the body, which have been read; the rest is streamed. */
  readonly begin?: { readonly bytes: Buffer; readonly insteadOfBytes: number };
  readonly headerRules?: Pick<RequestHeaderRules, 'omit' | 'add'>;
  readonly observer?: ResponseObserver;
  /** Whether an answer of this status is refused as if there had been none, so that others can be asked. */
  readonly declines?: (status: number) => boolean;
  /** Ends the request from outside. */
  readonly signal?: AbortSignal;
}

/** One websocket handshake, with the connection it came on. */
export interface PassthroughUpgrade extends Omit<
  PassthroughRequest,
  'response' | 'body' | 'begin' | 'observer' | 'declines' | 'limitBytes'
> {
  readonly socket: Socket;
  /** Bytes that the client sent right behind its handshake. */
  readonly head: Buffer;
}

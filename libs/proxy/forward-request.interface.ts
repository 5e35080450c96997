import { IncomingMessage, ServerResponse } from 'node:http';
import { DroverError } from '#lib/foundation';
import { BegunStream } from './begun-stream.interface.js';
import { ResponseObserver } from './response-observer.interface.js';
import { RequestHeaderRules } from './request-headers.js';
import { UpstreamTarget } from './upstream-target.interface.js';

/** One request on its way to an upstream. */
export interface ForwardRequest {
  readonly request: IncomingMessage;
  /** Nothing may have been written to it, unless `begun` is given. */
  readonly response: ServerResponse;
  readonly target: UpstreamTarget;
  /** Path without query, percent-encoded as it shall be sent. */
  readonly path: string;
  /** Query without question mark; empty for none. */
  readonly query: string;
  /** Whole body; null for none. */
  readonly body: Buffer | null;
  readonly headerRules?: Pick<RequestHeaderRules, 'omit' | 'add'>;
  readonly observer?: ResponseObserver;
  /** Whether an answer of this status is refused as if there had been none, so that others can be asked. */
  readonly declines?: (status: number) => boolean;
  /** Whether the request is sent once more after this failure, of which the observer is not told then. */
  readonly repeats?: (failure: DroverError) => boolean;
  /** The stream that the answer goes on in; absent when the answer has not begun. */
  readonly begun?: BegunStream;
  /** Is handed, once and at the start, what ends the request from outside; cheaper than a signal. */
  readonly onCancellable?: (cancel: (reason?: DroverError) => void) => void;
  /** Ends the request from outside; the client's connection is cut, or told an error. */
  readonly signal?: AbortSignal;
}

/** What carrying an answer to the client takes: nothing of what was sent for it. */
export type CarriedRequest = Omit<
  ForwardRequest,
  'request' | 'path' | 'query' | 'body' | 'headerRules'
>;

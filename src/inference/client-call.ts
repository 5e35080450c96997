import { IncomingMessage, ServerResponse } from 'node:http';
import { InferenceRequest, ResponseObserver } from '#lib/proxy';
import { RequestFigures } from '../http/access-log.js';
import { Access } from '../http/api-keys.js';
import { InferenceRoute } from './inference-routes.js';

/** What came from the client, as its route handed it over. */
export interface ClientCallParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer | null;
  readonly access: Access | null;
  /** Monotonic milliseconds. */
  readonly arrivedAtMs: number;
}

/** One request for a model, from its arrival to the end of its answer. */
export class ClientCall implements InferenceRequest, RequestFigures {
  readonly method: string;
  readonly query: string;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly body: Buffer | null;
  readonly expectsJson: boolean;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly access: Access | null;
  /** Sees the answer pass by. */
  readonly observer: ResponseObserver;
  readonly arrivedAtMs: number;
  forwardedBytes = 0;
  private leaving: AbortController | null = null;

  constructor(
    readonly route: InferenceRoute,
    { request, response, body, access, arrivedAtMs }: ClientCallParts,
  ) {
    const url = request.url ?? '';
    const at = url.indexOf('?');
    this.request = request;
    this.response = response;
    this.access = access;
    this.arrivedAtMs = arrivedAtMs;
    this.observer = { onChunk: (chunk) => (this.forwardedBytes += chunk.length) };
    this.body = body;
    this.method = request.method ?? route.method;
    this.query = at < 0 ? '' : url.slice(at + 1);
    this.contentType = request.headers['content-type'];
    this.contentEncoding = request.headers['content-encoding'];
    this.expectsJson = route.family === 'json';
  }

  /** Aborts when the client has left. Made when first asked for: a ready model needs none. */
  get signal(): AbortSignal {
    if (!this.leaving) {
      const leaving = new AbortController();
      this.leaving = leaving;
      if (this.response.closed || this.response.destroyed) leaving.abort();
      else this.response.once('close', () => leaving.abort());
    }
    return this.leaving.signal;
  }
}

import { IncomingMessage, ServerResponse } from 'node:http';
import { DroverError } from '#lib/foundation';
import {
  EditedRequest,
  InferenceRequest,
  isUnseen,
  RequestedModel,
  requestedStream,
} from '#lib/proxy';
import { LeaveSignal } from '#lib/router';
import { ResolvedModel } from '../composition/model-router.interface.js';
import { CuttableCall } from '../calls/call.cutter.js';
import { FollowedCall } from '../calls/followed-call.interface.js';
import { ObservedCall } from '../calls/observed.call.js';
import { RequestFigures } from '../http/access-log.js';
import { requestNotes } from '../http/request-ids.js';
import { Access } from '../access/access.interface.js';
import { LoadingStream } from '../loading/loading.stream.js';
import { InferenceRoute } from './inference-routes.js';

/** What came from the client, as its route handed it over. */
export interface ClientCallParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer | null;
  /** Whether `body` is only the beginning of a form, the rest of which is still to be read. */
  readonly isPartial?: boolean;
  readonly access: Access | null;
  /** Monotonic milliseconds. */
  readonly arrivedAtMs: number;
}

/**
 * One request for a model, from its arrival to the end of its answer. It is its own signal of the
 * client's leaving: an `AbortController` per request costs more than all the rest of this.
 */
export class ClientCall
  extends ObservedCall
  implements InferenceRequest, RequestFigures, FollowedCall, LeaveSignal, CuttableCall
{
  readonly method: string;
  query: string;
  readonly contentType: string | undefined;
  contentEncoding: string | undefined;
  body: Buffer | null;
  readonly requestBytes: number;
  readonly isPartial: boolean;
  /** Bytes of the body that had been received when the call was made. */
  readonly partBytes: number;
  readonly expectsJson: boolean;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly access: Access | null;
  readonly arrivedAtMs: number;
  model = '';
  requestedModel = '';
  upstream: string | null = null;
  isCancelled = false;
  /** The stream that tells of the load; null without one. */
  loading: LoadingStream | null = null;
  /** The name as it was sent, before pins and selectors. */
  sentModel = '';
  private asked: RequestedModel | null = null;
  private endForward: ((reason?: DroverError) => void) | null = null;
  private waiting: (() => void) | null = null;

  constructor(
    readonly route: InferenceRoute,
    { request, response, body, isPartial = false, access, arrivedAtMs }: ClientCallParts,
  ) {
    super();
    const url = request.url ?? '';
    const at = url.indexOf('?');
    this.request = request;
    this.response = response;
    this.access = access;
    this.arrivedAtMs = arrivedAtMs;
    this.body = body;
    this.isPartial = isPartial;
    this.partBytes = body?.length ?? 0;
    const length = Number(request.headers['content-length']);
    this.requestBytes = isPartial && length > 0 ? length : this.partBytes;
    this.metadata = requestNotes(request);
    this.method = request.method ?? route.method;
    this.query = at < 0 ? '' : url.slice(at + 1);
    this.contentType = request.headers['content-type'];
    this.contentEncoding = request.headers['content-encoding'];
    this.expectsJson = route.family === 'json';
  }

  /** Whether the client has left or the call was cancelled. */
  get aborted(): boolean {
    return this.isCancelled || this.response.closed || this.response.destroyed;
  }

  /** Calls the listener when the client leaves, the call is cancelled, or its answer is complete. */
  addEventListener(_type: 'abort', listener: () => void): void {
    this.waiting = listener;
    this.response.once('close', listener);
  }

  /** Undoes {@link addEventListener}. */
  removeEventListener(_type: 'abort', listener: () => void): void {
    this.waiting = null;
    this.response.off('close', listener);
  }

  get receivedPath(): string {
    const { url = '' } = this.request;
    const at = url.indexOf('?');
    return at < 0 ? url : url.slice(0, at);
  }

  get upstreamPath(): string {
    return this.route.upstreamPath;
  }

  /** Read when asked for: nearly no call needs to know. */
  get isStream(): boolean {
    return this.asked !== null && requestedStream(this, this.asked);
  }

  /** The model of this call is known, whether anybody serves it or not. */
  identified(asked: RequestedModel, resolved: ResolvedModel | null): void {
    this.asked = asked;
    this.requestedModel = asked.name;
    this.model = resolved?.kind === 'local' ? resolved.model : asked.name;
    if (resolved) this.upstream = resolved.kind === 'local' ? 'local' : resolved.peer;
  }

  /** The body without its content coding. */
  decoded(body: Buffer): void {
    this.body = body;
    this.contentEncoding = undefined;
  }

  /** Names of headers, in lower case, that do not go to the upstream. */
  get omittedHeaders(): ReadonlySet<string> | undefined {
    const keys = this.access?.keyHeaders;
    const isDecoded = this.contentEncoding !== this.request.headers['content-encoding'];
    return isDecoded ? new Set([...(keys ?? []), 'content-encoding']) : keys;
  }

  /** From now on this is what is forwarded. */
  rewrite({ query, body }: EditedRequest): void {
    this.query = query;
    this.body = body;
  }

  cancel(reason?: DroverError): void {
    this.isCancelled = true;
    this.waiting?.();
    this.endForward?.(reason);
  }

  cut(reason: DroverError): void {
    this.endForward?.(reason);
  }

  /** Handed what ends the forwarding. */
  readonly onCancellable = (cancel: (reason?: DroverError) => void): void => {
    this.endForward = cancel;
  };

  /** The failure after which this is sent once more; null when there was none. */
  unseen: DroverError | null = null;

  /** Whether this is sent once more after a failure to forward it to a model: once, and if nobody saw it. */
  readonly repeats = (failure: DroverError): boolean => {
    if (this.unseen || this.aborted || !isUnseen(failure)) return false;
    this.unseen = failure;
    return true;
  };
}

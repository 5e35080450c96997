import { IncomingMessage, ServerResponse } from 'node:http';
import { DroverError } from '#lib/foundation';
import { ForwardOutcome, ResponseObserver } from '#lib/proxy';
import { CallFollower, FollowedCall } from '../calls/followed-call.interface.js';
import { RequestFigures } from '../http/access-log.js';
import { requestNotes } from '../http/request-ids.js';
import { Access } from '../access/access.interface.js';
import { Passage, PassthroughLine } from './passage.interface.js';
import { UpgradeSocket } from './upgrade-socket.js';

/** One request that passes through, from its arrival to the end of its answer. */
export class PassthroughExchange implements RequestFigures, FollowedCall, ResponseObserver {
  readonly line: PassthroughLine;
  readonly request: IncomingMessage;
  /** For an upgrade only used when it is refused. */
  readonly response: ServerResponse;
  readonly receivedPath: string;
  readonly requestBytes: number;
  /** Bodies pass by unread, so nobody knows what they ask for. */
  readonly body = null;
  readonly isStream = false;
  /** Aborts when the client has left or the request was cancelled. */
  readonly leaving = new AbortController();
  /** Aborts when the request was cancelled through the API. */
  readonly cancelling = new AbortController();
  access: Access | null = null;
  /** Ends what its client may have at the same time. */
  onLeave: (() => void) | null = null;
  /** Whether a page of another origin, which nobody trusts, caused the request. */
  isForeignPage = false;
  followers: readonly CallFollower[] = [];
  upstreamPath = '';
  model = '';
  requestedModel = '';
  upstream: string | null = null;
  metadata: Readonly<Record<string, string>> = {};
  grantedAtMs: number | null = null;
  forwardedBytes = 0;
  failure: DroverError | null = null;

  /** @param upgrade what stands for the request when it asks for a websocket */
  constructor(
    { request, response }: Pick<UpgradeSocket, 'request' | 'response'>,
    readonly arrivedAtMs: number,
    readonly upgrade: UpgradeSocket | null = null,
  ) {
    this.request = request;
    this.response = response;
    const url = request.url ?? '';
    const at = url.indexOf('?');
    this.receivedPath = at < 0 ? url : url.slice(0, at);
    this.requestBytes = Number(request.headers['content-length'] ?? 0);
    this.line = {
      method: request.method ?? 'GET',
      path: this.receivedPath,
      query: at < 0 ? '' : url.slice(at + 1),
    };
    const end = upgrade?.socket ?? response;
    if (end.destroyed) this.leaving.abort();
    else end.once('close', () => this.leaving.abort());
  }

  get keyName(): string | null {
    return this.access?.client?.name || null;
  }

  get isCancelled(): boolean {
    return this.cancelling.signal.aborted;
  }

  /** Adds to what is noted about the request. */
  note(name: string, value: string): void {
    this.metadata = { ...this.metadata, [name]: value };
  }

  /** It is known where this goes. */
  identified({ model, requestedName, selector, path }: Passage): void {
    if (selector !== null) this.note('selector', selector);
    this.upstreamPath = path;
    this.metadata = { ...requestNotes(this.request), ...this.metadata };
    this.requestedModel = requestedName;
    this.model = model.kind === 'local' ? model.model : requestedName;
    this.upstream = model.kind === 'local' ? 'local' : model.peer;
  }

  cancel(reason?: DroverError): void {
    this.cancelling.abort(reason);
    this.leaving.abort();
  }

  /** The request has a new place in the queue. */
  onPosition(position: number): void {
    for (const follower of this.followers) follower.onPosition?.(position);
  }

  /** The model is ready. */
  granted(atMs: number): void {
    this.grantedAtMs = atMs;
    for (const follower of this.followers) follower.onGranted?.();
  }

  onStart(status: number, headers: readonly string[]): void {
    for (const follower of this.followers) follower.onStart?.(status, headers);
  }

  onChunk(chunk: Uint8Array): void {
    this.forwardedBytes += chunk.length;
    for (const follower of this.followers) follower.onChunk?.(chunk);
  }

  onEnd(outcome: ForwardOutcome): void {
    for (const follower of this.followers) follower.onEnd?.(outcome);
  }

  /** The request has ended. */
  closed(): void {
    this.onLeave?.();
    for (const follower of this.followers) follower.onClosed?.();
  }
}

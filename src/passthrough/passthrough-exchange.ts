import { IncomingMessage, ServerResponse } from 'node:http';
import { DroverError } from '#lib/foundation';
import { CuttableCall } from '../calls/call.cutter.js';
import { FollowedCall } from '../calls/followed-call.interface.js';
import { ObservedCall } from '../calls/observed.call.js';
import { RequestFigures } from '../http/access-log.js';
import { requestNotes } from '../http/request-ids.js';
import { Access } from '../access/access.interface.js';
import { Passage, PassthroughLine } from './passage.interface.js';
import { UpgradeSocket } from './upgrade-socket.js';

/** One request that passes through, from its arrival to the end of its answer. */
export class PassthroughExchange
  extends ObservedCall
  implements RequestFigures, FollowedCall, CuttableCall
{
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
  /** Aborts when the forwarding is ended from outside. */
  readonly cutting = new AbortController();
  isCancelled = false;
  access: Access | null = null;
  /** Whether a page of another origin, which nobody trusts, caused the request. */
  isForeignPage = false;
  upstreamPath = '';
  model = '';
  requestedModel = '';
  upstream: string | null = null;

  /** @param upgrade what stands for the request when it asks for a websocket */
  constructor(
    { request, response }: Pick<UpgradeSocket, 'request' | 'response'>,
    readonly arrivedAtMs: number,
    readonly upgrade: UpgradeSocket | null = null,
  ) {
    super();
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
    this.isCancelled = true;
    this.cutting.abort(reason);
    this.leaving.abort();
  }

  cut(reason: DroverError): void {
    this.cutting.abort(reason);
  }
}

import { IncomingMessage, ServerResponse } from 'node:http';
import { ResponseObserver } from '#lib/proxy';
import { RequestFigures } from '../http/access-log.js';
import { Access } from '../http/api-keys.js';
import { PassthroughLine } from './passage.interface.js';
import { UpgradeSocket } from './upgrade-socket.js';

/** One request that passes through, from its arrival to the end of its answer. */
export class PassthroughExchange implements RequestFigures {
  readonly line: PassthroughLine;
  readonly leaving = new AbortController();
  readonly observer: ResponseObserver;
  access: Access | null = null;
  forwardedBytes = 0;

  readonly request: IncomingMessage;
  /** For an upgrade only used when it is refused. */
  readonly response: ServerResponse;

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
    this.line = {
      method: request.method ?? 'GET',
      path: at < 0 ? url : url.slice(0, at),
      query: at < 0 ? '' : url.slice(at + 1),
    };
    this.observer = { onChunk: (chunk) => (this.forwardedBytes += chunk.length) };
    const end = upgrade?.socket ?? response;
    if (end.destroyed) this.leaving.abort();
    else end.once('close', () => this.leaving.abort());
  }
}

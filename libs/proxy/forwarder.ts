import { Inject, Injectable } from '@nestjs/common';
import { type Clock, CLOCK } from '#lib/foundation';
import { ForwardRequest } from './forward-request.interface.js';
import { outgoingHeaders } from './outgoing-headers.js';
import { ForwardOutcome } from './response-observer.interface.js';
import { targetPath } from './target-path.js';
import { UpstreamExchange } from './upstream-exchange.js';
import { UpstreamPools } from './upstream-pools.js';
import { UpstreamRequest } from './upstream-link.interface.js';

/** Sends a request to an upstream and its answer back to the client, byte by byte as it comes. */
@Injectable()
export class Forwarder {
  constructor(
    private readonly pools: UpstreamPools,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Forwards one request. The request is handed to the connection before this returns.
   *
   * @returns how it ended, once the client's side has closed
   * @throws DroverError UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, BAD_REQUEST or CANCELLED when there
   * was no answer; the response is then untouched
   */
  forward(forward: ForwardRequest): Promise<ForwardOutcome> {
    const { request, target, body } = forward;
    const sender = this.pools.poolFor(target);
    const { headers, memo } = outgoingHeaders(request, target.kind, forward.headerRules);
    const outgoing: UpstreamRequest = {
      method: request.method ?? 'GET',
      path: targetPath(target.url, forward.path, forward.query),
      headers,
      body,
      memo,
    };
    return new Promise((resolve, reject) => {
      const call = { sender, request: outgoing, clock: this.clock };
      new UpstreamExchange(forward, call, { resolve, reject }).start();
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { CLOCK, type Clock } from '#lib/foundation';
import { PassthroughProxy, UpstreamTarget } from '#lib/proxy';
import { ErrorResponder } from '../http/error-responder.js';
import { PeerAttempt } from '../peers/peer.attempts.js';
import { Passage } from './passage.interface.js';
import { PassthroughExchange } from './passthrough-exchange.js';

/** How a request for a peer differs from the client's. */
export interface PeerChanges {
  readonly query?: string;
  readonly body?: Buffer | null;
  readonly add: readonly string[] | undefined;
  readonly attempt: PeerAttempt;
}

/** Hands requests to the server that they pass through to, websockets included. */
@Injectable()
export class PassthroughSender {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly proxy: PassthroughProxy,
    private readonly errors: ErrorResponder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Sends one request; resolves when the client's side has closed.
   *
   * @param peer absent for a local model
   * @throws DroverError when there was no answer; nothing is written then
   */
  async send(
    exchange: PassthroughExchange,
    { path }: Passage,
    ...[target, peer]: [target: UpstreamTarget, peer?: PeerChanges]
  ): Promise<void> {
    const { request, response, upgrade, access, line } = exchange;
    const { signal } = exchange.cutting;
    if (exchange.grantedAtMs === null) exchange.granted(this.clock.nowMs());
    const headerRules = { omit: access?.keyHeaders, add: peer?.add };
    const { query = line.query, body } = peer ?? {};
    if (!upgrade) {
      const { observer = exchange, declines } = peer?.attempt ?? {};
      const limitBytes = this.config.current.bodyLimitBytes;
      const web = { request, response, observer, declines, limitBytes };
      const call = { ...web, target, path, query, headerRules, signal };
      await this.proxy.forward(body === undefined ? call : { ...call, body });
      return;
    }
    const call = { request, ...upgrade.handOver(), target, path, query, headerRules, signal };
    await this.proxy.upgrade(call, {
      onStatus: (status) => {
        response.statusCode = status;
        peer?.attempt.observer.onStart?.(status, []);
      },
      onFailure: (failure) => {
        peer?.attempt.failed(failure);
        upgrade.answerHere();
        this.errors.respond(request, response, failure);
      },
    });
    exchange.forwardedBytes = upgrade.bytes;
  }
}

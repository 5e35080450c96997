import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore, ModelConfig } from '#lib/config';
import { CLOCK, type Clock, DroverError } from '#lib/foundation';
import { PassthroughProxy, UpstreamTarget } from '#lib/proxy';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { MODEL_STATES, type ModelStates } from '../composition/model-states.interface.js';
import { ErrorResponder } from '../http/error-responder.js';
import { peerKeyHeaders } from '../inference/peer-key-headers.js';
import { Passage } from './passage.interface.js';
import { PassthroughExchange } from './passthrough-exchange.js';
import { renamedForPeer } from './peer-rename.js';

/** Sends requests that pass through to their model and holds the model for as long as they last. */
@Injectable()
export class PassthroughDispatcher {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    @Inject(MODEL_STATES) private readonly states: ModelStates,
    private readonly proxy: PassthroughProxy,
    private readonly errors: ErrorResponder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Serves one request; resolves when the client's side has closed.
   *
   * @throws DroverError when there was no answer; nothing is written then
   */
  async dispatch(exchange: PassthroughExchange, passage: Passage): Promise<void> {
    const { kind, model } = passage.model;
    if (kind === 'peer') {
      await this.sendToPeer(exchange, passage, passage.model.peer);
      return;
    }
    const config = this.config.current.models.get(model);
    if (!config) throw new DroverError('MODEL_NOT_FOUND', `no router for model ${model}`);
    const isIgnoredSocket = exchange.upgrade !== null && config.ignoreWebsockets;
    this.refuseCold(exchange, passage, isIgnoredSocket);
    const upstream = this.states.upstreamOf(model);
    if ((isIgnoredSocket || passage.isGlance) && upstream) {
      await this.send(exchange, passage, localTarget(config, upstream));
    } else await this.sendLeased(exchange, passage, config);
  }

  private async sendLeased(
    exchange: PassthroughExchange,
    passage: Passage,
    config: ModelConfig,
  ): Promise<void> {
    const acquired = this.router.acquire({
      model: config.id,
      signal: exchange.leaving.signal,
      onPosition: (position) => exchange.onPosition(position),
    });
    const lease = acquired instanceof Promise ? await acquired : acquired;
    try {
      exchange.metadata = { fifo_priority: String(lease.priority) };
      await this.send(exchange, passage, localTarget(config, lease.upstream));
    } finally {
      lease.release();
    }
  }

  /** Refuses, unless the model is ready, what must not load it. */
  private refuseCold(
    { request, access, isForeignPage }: PassthroughExchange,
    { model: { model }, coldRefusal }: Passage,
    isIgnoredSocket: boolean,
  ): void {
    if (this.states.stateOf(model) === 'ready') return;
    if (coldRefusal !== null) throw new DroverError('CONFLICT', coldRefusal);
    if (isIgnoredSocket) {
      const message = `model ${model} is not loaded; ignored websocket requests cannot start it`;
      throw new DroverError('CONFLICT', message);
    }
    // A person who follows a link wants the model; a page that fetches behind their back does not.
    const isFollowed = request.headers['sec-fetch-user'] === '?1';
    if (access?.isDeliberate || isFollowed || !isForeignPage) return;
    throw new DroverError('FOREIGN_PAGE', `a page of another origin may not load model ${model}`);
  }

  private async sendToPeer(
    exchange: PassthroughExchange,
    passage: Passage,
    peer: string,
  ): Promise<void> {
    const config = this.config.current.peers.get(peer);
    if (!config) throw new DroverError('MODEL_NOT_FOUND', `no router for peer ${peer}`);
    const { timeouts, proxy } = config;
    const target = { id: peer, url: new URL(proxy), timeouts, kind: 'peer' as const };
    const renamed = await renamedForPeer(exchange, passage, this.config.current.bodyLimitBytes);
    await this.send(exchange, passage, target, { ...renamed, add: peerKeyHeaders(config) });
  }

  private async send(
    exchange: PassthroughExchange,
    { path }: Passage,
    ...[target, peer]: [target: UpstreamTarget, peer?: PeerChanges]
  ): Promise<void> {
    const { request, response, upgrade, access, line } = exchange;
    const { signal } = exchange.cancelling;
    exchange.granted(this.clock.nowMs());
    const headerRules = { omit: access?.keyHeaders, add: peer?.add };
    const { query = line.query, body } = peer ?? {};
    if (!upgrade) {
      const web = { request, response, observer: exchange };
      const call = { ...web, target, path, query, headerRules, signal };
      await this.proxy.forward(body === undefined ? call : { ...call, body });
      return;
    }
    const call = { request, ...upgrade.handOver(), target, path, query, headerRules, signal };
    await this.proxy.upgrade(call, {
      onStatus: (status) => {
        response.statusCode = status;
      },
      onFailure: (failure) => {
        upgrade.answerHere();
        this.errors.respond(request, response, failure);
      },
    });
    exchange.forwardedBytes = upgrade.bytes;
  }
}

/** How a request for a peer differs from the client's. */
interface PeerChanges {
  readonly query?: string;
  readonly body?: Buffer | null;
  readonly add: readonly string[] | undefined;
}

function localTarget({ id, timeouts }: ModelConfig, url: URL): UpstreamTarget {
  return { id, url, timeouts, kind: 'local' };
}

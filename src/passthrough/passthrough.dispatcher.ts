import { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore, ModelConfig } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { UpstreamTarget } from '#lib/proxy';
import { CallCutter } from '../calls/call.cutter.js';
import {
  MODEL_ROUTER,
  type ModelRouter,
  ResolvedModel,
} from '../composition/model-router.interface.js';
import { MODEL_STATES, type ModelStates } from '../composition/model-states.interface.js';
import { tooLarge } from '../http/read-body.js';
import { PeerAttempts } from '../peers/peer.attempts.js';
import { peerKeyHeaders, peerTarget } from '../peers/peer-target.js';
import { Passage } from './passage.interface.js';
import { PassthroughExchange } from './passthrough-exchange.js';
import { PassthroughSender } from './passthrough.sender.js';
import { readForPeer } from './peer-rename.js';

/** Sends requests that pass through to their model and holds the model for as long as they last. */
@Injectable()
export class PassthroughDispatcher {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    @Inject(MODEL_STATES) private readonly states: ModelStates,
    private readonly attempts: PeerAttempts,
    private readonly sender: PassthroughSender,
    private readonly cutter: CallCutter,
  ) {}

  /**
   * Serves one request; resolves when the client's side has closed.
   *
   * @throws DroverError when there was no answer; nothing is written then
   */
  async dispatch(exchange: PassthroughExchange, passage: Passage): Promise<void> {
    const { kind, model } = passage.model;
    const { bodyLimitBytes } = this.config.current;
    if (exchange.requestBytes > bodyLimitBytes) throw tooLarge(bodyLimitBytes);
    if (kind === 'peer') {
      await this.sendToPeer(exchange, passage, passage.model);
      return;
    }
    const config = this.config.current.models.get(model);
    if (!config) throw new DroverError('MODEL_NOT_FOUND', `no router for model ${model}`);
    const isIgnoredSocket = exchange.upgrade !== null && config.ignoreWebsockets;
    this.refuseCold(exchange, passage, isIgnoredSocket);
    const upstream = this.states.upstreamOf(model);
    if ((isIgnoredSocket || passage.isGlance) && upstream) {
      await this.sendTo(exchange, passage, localTarget(config, upstream));
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
      exchange.note('fifo_priority', String(lease.priority));
      await this.sendTo(exchange, passage, localTarget(config, lease.upstream));
    } finally {
      lease.release();
    }
  }

  /** Sends to a model's server, for no longer than the model lives. */
  private async sendTo(
    exchange: PassthroughExchange,
    passage: Passage,
    target: UpstreamTarget,
  ): Promise<void> {
    const leave = this.cutter.enter(target.id, exchange);
    try {
      await this.sender.send(exchange, passage, target);
    } finally {
      leave();
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
    const message =
      `a page of another origin may not load model ${model}; ` +
      'load it first, send an API key, or list the origin under cors.origins';
    throw new DroverError('FOREIGN_PAGE', message);
  }

  private async sendToPeer(
    exchange: PassthroughExchange,
    passage: Passage,
    resolved: ResolvedPeer,
  ): Promise<void> {
    const { bodyLimitBytes } = this.config.current;
    const parts = await readForPeer(exchange, passage, bodyLimitBytes);
    const { request, upgrade, leaving } = exchange;
    const isWhole = parts.body !== undefined || !hasBody(request);
    const canRepeat = (): boolean => isWhole && !upgrade && !leaving.signal.aborted;
    const failed: string[] = [];
    const onHandedOn = (peer: string): void => {
      failed.push(peer);
      exchange.note('failed_peers', failed.join());
    };
    const peerRequest = { resolved, observer: exchange, canRepeat, onHandedOn };
    await this.attempts.run(peerRequest, (attempt) => {
      const { peer } = attempt;
      exchange.upstream = peer.id;
      const changes = { ...parts, attempt, add: peerKeyHeaders(peer) };
      return this.sender.send(exchange, passage, peerTarget(peer), changes);
    });
  }
}

type ResolvedPeer = Extract<ResolvedModel, { readonly kind: 'peer' }>;

/** Whether a body comes behind the head of a request (RFC 9112, 6.3; HTTP/2 need not say). */
function hasBody({ method, headers, httpVersionMajor }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  if (coding !== undefined) return true;
  if (length !== undefined) return length !== '0';
  return httpVersionMajor > 1 && method !== 'GET' && method !== 'HEAD';
}

function localTarget({ id, timeouts }: ModelConfig, url: URL): UpstreamTarget {
  return { id, url, timeouts, kind: 'local' };
}

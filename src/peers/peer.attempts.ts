import { Injectable } from '@nestjs/common';
import { ConfigStore, PeerConfig } from '#lib/config';
import { DroverError, ErrorCode } from '#lib/foundation';
import { ForwardOutcome, ResponseObserver } from '#lib/proxy';
import { ResolvedModel } from '../composition/model-router.interface.js';
import { toDroverError } from '../http/to-drover-error.js';
import { PeerHealth } from './peer.health.js';

/** Failures that another peer may not have. */
const OF_THE_PEER: ReadonlySet<ErrorCode> = new Set(['UPSTREAM_UNREACHABLE', 'UPSTREAM_TIMEOUT']);

/** Answers that say that this peer cannot serve the request now. */
const NOT_NOW = new Set([429, 502, 503, 504]);

/** Answers that a gateway gives in the place of a peer that is not there. */
const OF_A_GATEWAY = new Set([502, 503, 504]);

/** Seconds after which a request that has failed may be repeated. */
const RETRY_AFTER_S = 1;

/** A request for a model of one or more peers. */
export interface PeerRequest {
  readonly resolved: Extract<ResolvedModel, { readonly kind: 'peer' }>;
  /** Sees the answer that the client gets, and nothing of attempts before. */
  readonly observer: ResponseObserver;
  /** Whether the request can be sent once more; asked after a failed attempt. */
  canRepeat(): boolean;
  /** The peer could not take it, so that the next one is asked. */
  onHandedOn?(peer: string): void;
}

/** One peer's turn. */
export interface PeerAttempt {
  readonly peer: PeerConfig;
  readonly observer: ResponseObserver;
  /** Given while there are others: answers that are refused so that they can be asked. */
  readonly declines?: (status: number) => boolean;
  /** Tells of a failure that is not thrown, as happens with websockets. */
  failed(failure: DroverError): void;
}

/** Asks the peers that a name means, one after the other, until one takes the request. */
@Injectable()
export class PeerAttempts {
  constructor(
    private readonly config: ConfigStore,
    private readonly health: PeerHealth,
  ) {}

  /**
   * Sends a request to one peer after another. Each gets it at most once, and none after a byte of an
   * answer has gone to the client.
   *
   * @throws DroverError PEER_DOWN, MODEL_NOT_FOUND, or what `send` has failed with at last
   */
  async run(request: PeerRequest, send: (attempt: PeerAttempt) => Promise<unknown>): Promise<void> {
    const peers = this.open(request);
    for (const [index, peer] of peers.entries()) {
      const isLast = index === peers.length - 1;
      const observer = new AttemptObserver(request.observer, () => this.health.answered(peer.id));
      const failed = (failure: DroverError): void => this.health.failed(peer.id, failure);
      const declines = isLast ? undefined : (status: number): boolean => NOT_NOW.has(status);
      try {
        await send({ peer, observer, failed, declines });
        return;
      } catch (error) {
        const failure = toDroverError(error);
        const isOfPeer = OF_THE_PEER.has(failure.code);
        if (isOfPeer) failed(failure);
        if (isLast || !isOfPeer || !request.canRepeat()) {
          observer.finish();
          throw isOfPeer ? withRetryAfter(failure) : failure;
        }
        this.health.handedOn(peer.id);
        request.onHandedOn?.(peer.id);
      }
    }
  }

  /** The peers that may be asked, the best one first. */
  private open({ resolved: { peer, peers = [peer], model } }: PeerRequest): PeerConfig[] {
    const order = this.health.order(peers, model);
    const refusals = order.map((id) => ({ id, refusal: this.health.refusal(id) }));
    const open = refusals
      .filter(({ refusal }) => refusal === null)
      .flatMap(({ id }) => this.config.current.peers.get(id) ?? []);
    if (open.length > 0) return open;
    throw refusals[0]?.refusal ?? new DroverError('MODEL_NOT_FOUND', `no router for peer ${peer}`);
  }
}

/** Passes on what belongs to the client's answer; an attempt without one ends in silence. */
class AttemptObserver implements ResponseObserver {
  private unanswered: ForwardOutcome | null = null;

  constructor(
    private readonly inner: ResponseObserver,
    private readonly answered: () => void,
  ) {}

  onStart(status: number, headers: readonly string[]): void {
    if (!OF_A_GATEWAY.has(status)) this.answered();
    this.inner.onStart?.(status, headers);
  }

  onChunk(chunk: Uint8Array): void {
    this.inner.onChunk?.(chunk);
  }

  onEnd(outcome: ForwardOutcome): void {
    if (outcome.status === null && outcome.result === 'upstreamBroken') this.unanswered = outcome;
    else this.inner.onEnd?.(outcome);
  }

  /** No other attempt follows. */
  finish(): void {
    if (this.unanswered) this.inner.onEnd?.(this.unanswered);
  }
}

function withRetryAfter({ code, message, cause, detail }: DroverError): DroverError {
  return new DroverError(code, message, { cause, detail, retryAfterSeconds: RETRY_AFTER_S });
}

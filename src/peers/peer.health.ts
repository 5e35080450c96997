import { Inject, Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { ConfigStore } from '#lib/config';
import { type Clock, CLOCK, DroverError, type DroverEventEmitter } from '#lib/foundation';
import { isUnreachable } from '#lib/proxy';
import { PeerRecord } from './peer.record.js';
import { PeerSnapshot, PeerState } from './peer-snapshot.interface.js';

/** Without probes a peer that is down may be asked again after this time. */
const HOLD_MS = 5000;

/** How a probe of a peer has ended. */
export type ProbeResult =
  | { readonly kind: 'answered'; readonly status: number; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Statuses by which a gateway tells that nobody is behind it. */
const NOBODY_THERE = new Set([502, 503, 504]);

/** Told when a request could not get through to a peer, so that it is looked at. */
export type DoubtListener = (peer: string) => void;

/** Knows how each peer is, from probes and from the requests that go to it. */
@Injectable()
export class PeerHealth {
  private readonly records = new Map<string, PeerRecord>();
  private readonly turns = new Map<string, number>();
  private readonly doubters = new Set<DoubtListener>();
  private readonly logger = new Logger('peers');

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {}

  /** Every configured peer, in order of definition. */
  all(): PeerSnapshot[] {
    return [...this.config.current.peers.keys()].map((id) => this.record(id).snapshot);
  }

  /** State of one peer. */
  stateOf(id: string): PeerState {
    return this.records.get(id)?.present ?? 'unknown';
  }

  /** A request has been answered by a peer. */
  answered(id: string): void {
    this.change(id, (record) => record.answered(this.clock.nowMs()));
  }

  /** A request was not answered by a peer. */
  failed(id: string, failure: DroverError): void {
    this.change(id, (record) => {
      record.count('failedRequests');
      if (isUnreachable(failure.cause)) record.missed(this.clock.nowMs(), failure.message);
    });
    for (const listener of this.doubters) listener(id);
  }

  /** A request went on to another peer. */
  handedOn(id: string): void {
    this.record(id).count('handedOn');
  }

  /** A probe of a peer has ended. */
  probed(id: string, result: ProbeResult): void {
    this.change(id, (record) => {
      record.count('probes');
      const nowMs = this.clock.nowMs();
      if (result.kind === 'answered' && !NOBODY_THERE.has(result.status)) {
        record.answered(nowMs, result.tookMs);
        return;
      }
      record.count('failedProbes');
      if (result.kind === 'unreachable') record.missed(nowMs, result.reason);
      else if (result.kind === 'failed') record.ailing(nowMs, result.reason);
      else record.ailing(nowMs, `answers its health check with ${result.status}`);
    });
  }

  /** Tells `listener` of each request that could not get through; the result ends that. */
  onDoubt(listener: DoubtListener): () => void {
    this.doubters.add(listener);
    return () => void this.doubters.delete(listener);
  }

  /**
   * The order in which peers that can stand in for each other are asked: those that are well take
   * turns, then come those that are not, and those that are down last.
   *
   * @param key what they are asked for; turns are taken by key
   */
  order(peers: readonly string[], key: string): string[] {
    if (peers.length < 2) return [...peers];
    const turn = this.turns.get(key) ?? 0;
    this.turns.set(key, (turn + 1) % peers.length);
    const rotated = [...peers.slice(turn % peers.length), ...peers.slice(0, turn % peers.length)];
    return rotated.toSorted((one, other) => rank(this.stateOf(one)) - rank(this.stateOf(other)));
  }

  /** Why a peer is not to be asked now; null when it may be. */
  refusal(id: string): DroverError | null {
    const { state, failedMs, error } = this.record(id).snapshot;
    if (state !== 'down') return null;
    const isWatched = this.config.current.peering.probeEveryMs > 0;
    const leftMs = HOLD_MS - (this.clock.nowMs() - (failedMs ?? 0));
    if (!isWatched && leftMs <= 0) return null;
    const retryAfterSeconds = (isWatched ? HOLD_MS : leftMs) / 1000;
    const reason = error?.replace(/^peer proxy error: /, '') ?? 'it cannot be reached';
    const message = `peer proxy error: peer "${id}" is down: ${reason}`;
    return new DroverError('PEER_DOWN', message, { retryAfterSeconds });
  }

  private record(id: string): PeerRecord {
    const address = this.config.current.peers.get(id)?.proxy ?? '';
    const known = this.records.get(id);
    if (known?.address === address) return known;
    const record = new PeerRecord(id, address);
    this.records.set(id, record);
    return record;
  }

  private change(id: string, how: (record: PeerRecord) => void): void {
    const record = this.record(id);
    const from = record.present;
    how(record);
    const to = record.present;
    if (from === to) return;
    this.log(record.snapshot);
    this.events.emit('peer.state', { peer: id, from, to, atMs: this.clock.wallMs() });
  }

  private log({ id, state, error }: PeerSnapshot): void {
    if (state === 'up') this.logger.log(`peer "${id}" is up`);
    else this.logger.warn(`peer "${id}" is ${state}: ${error}`);
  }
}

function rank(state: PeerState): number {
  return state === 'down' ? 2 : state === 'impaired' ? 1 : 0;
}

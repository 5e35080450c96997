import { Controller, Get, Inject } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { type Clock, CLOCK, formatRfc3339 } from '#lib/foundation';
import { Documented } from '../openapi/documented.decorator.js';
import { listOf, nullable, NUMBER, objectOf, oneOf, TEXT, TIME } from '../openapi/schemas.js';
import { PeerHealth } from './peer.health.js';
import { PEER_STATES, PeerState } from './peer-snapshot.interface.js';

/** One peer as the API shows it. Unknown is null. */
export interface PeerView {
  readonly id: string;
  readonly state: PeerState;
  /** Since when it has been in this state, RFC 3339. */
  readonly since: string | null;
  /** When it last answered a request or a probe, RFC 3339. */
  readonly answeredAt: string | null;
  /** How long its last answer to a probe took. */
  readonly latencyMs: number | null;
  readonly error: string | null;
  readonly models: readonly string[];
  readonly probes: number;
  readonly failedProbes: number;
  readonly failedRequests: number;
  /** Requests that another peer served because this one could not. */
  readonly handedOn: number;
}

const PEERS_SCHEMA = objectOf({
  failover: { type: 'boolean' },
  peers: listOf(
    objectOf({
      id: TEXT,
      state: oneOf(PEER_STATES),
      since: nullable(TIME),
      answeredAt: nullable(TIME),
      latencyMs: nullable(NUMBER),
      error: nullable(TEXT),
      models: listOf(TEXT),
      probes: NUMBER,
      failedProbes: NUMBER,
      failedRequests: NUMBER,
      handedOn: NUMBER,
    }),
  ),
});

/** How the peers are. */
@Controller('api/v1')
export class PeersController {
  constructor(
    private readonly health: PeerHealth,
    private readonly config: ConfigStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('peers')
  @Documented({ summary: 'The peers and how they are.', answer: PEERS_SCHEMA })
  peers(): { failover: boolean; peers: PeerView[] } {
    const { peers, peering } = this.config.current;
    const views = this.health.all().map((peer) => ({
      id: peer.id,
      state: peer.state,
      since: this.wallTime(peer.sinceMs),
      answeredAt: this.wallTime(peer.answeredMs),
      latencyMs: peer.latencyMs === null ? null : Math.round(peer.latencyMs * 10) / 10,
      error: peer.error,
      models: peers.get(peer.id)?.models ?? [],
      probes: peer.probes,
      failedProbes: peer.failedProbes,
      failedRequests: peer.failedRequests,
      handedOn: peer.handedOn,
    }));
    return { failover: peering.failover, peers: views };
  }

  /** A monotonic time as RFC 3339. */
  private wallTime(atMs: number | null): string | null {
    if (atMs === null) return null;
    return formatRfc3339(Math.round(this.clock.wallMs() - (this.clock.nowMs() - atMs)));
  }
}

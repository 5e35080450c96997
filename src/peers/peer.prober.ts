import {
  BeforeApplicationShutdown,
  Inject,
  Injectable,
  OnApplicationBootstrap,
} from '@nestjs/common';
import { ConfigStore, PeerConfig } from '#lib/config';
import { CancelTimer, type Clock, CLOCK } from '#lib/foundation';
import { PeerHealth, ProbeResult } from './peer.health.js';
import { PeerProbe } from './peer.probe.js';

/** A peer that is not well is looked at this often, or as often as the others if that is more. */
const UNWELL_EVERY_MS = 5000;

/** The first failure is looked into after this time. */
const UNSURE_MS = 1000;

/** After a request has failed its peer is looked at so soon. */
const DOUBT_MS = 250;

/** The first probes after a start are spread over this time. */
const FIRST_WITHIN_MS = 500;

/** By how much a pause is longer or shorter than told, so that many Drovers do not ask at once. */
const JITTER = 0.2;

/**
 * Looks at each peer now and then, sooner when there is doubt. At most one probe of a peer is under
 * way, and none when there are no peers.
 */
@Injectable()
export class PeerProber implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly timers = new Map<string, { dueMs: number; readonly cancel: CancelTimer }>();
  private readonly asking = new Set<string>();
  private unsubscribe: readonly (() => void)[] = [];

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly health: PeerHealth,
    private readonly probe: PeerProbe,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.unsubscribe = [
      this.config.onChange(() => this.restart()),
      this.health.onDoubt((peer) => this.schedule(peer, DOUBT_MS)),
    ];
    this.restart();
  }

  beforeApplicationShutdown(): void {
    for (const end of this.unsubscribe) end();
    this.unsubscribe = [];
    this.cancelAll();
  }

  private restart(): void {
    this.cancelAll();
    for (const peer of this.config.current.peers.keys()) {
      this.schedule(peer, Math.random() * FIRST_WITHIN_MS);
    }
  }

  private cancelAll(): void {
    for (const { cancel } of this.timers.values()) cancel();
    this.timers.clear();
  }

  /** Looks at a peer after `delayMs`, unless that is going to happen sooner. */
  private schedule(peer: string, delayMs: number): void {
    const { peering, peers } = this.config.current;
    if (peering.probeEveryMs <= 0 || !peers.has(peer)) return;
    const dueMs = this.clock.nowMs() + delayMs;
    const known = this.timers.get(peer);
    if (known && known.dueMs <= dueMs) return;
    known?.cancel();
    const cancel = this.clock.after(delayMs, () => {
      this.timers.delete(peer);
      void this.look(peer);
    });
    this.timers.set(peer, { dueMs, cancel });
  }

  private async look(id: string): Promise<void> {
    const { peers, peering } = this.config.current;
    const peer = peers.get(id);
    if (!peer || this.asking.has(id)) return;
    this.asking.add(id);
    const result = await this.probe.ask(peer, peering.probeTimeoutMs);
    this.asking.delete(id);
    if (this.unsubscribe.length === 0) return;
    if (this.isSamePeer(peer)) this.health.probed(id, result);
    this.schedule(id, this.pauseMs(id, result));
  }

  private isSamePeer({ id, proxy }: PeerConfig): boolean {
    return this.config.current.peers.get(id)?.proxy === proxy;
  }

  private pauseMs(id: string, { kind }: ProbeResult): number {
    const { probeEveryMs } = this.config.current.peering;
    const isSure = kind !== 'unreachable' || this.health.stateOf(id) === 'down';
    const isWell = this.health.stateOf(id) === 'up';
    const mostMs = !isSure ? UNSURE_MS : isWell ? probeEveryMs : UNWELL_EVERY_MS;
    return Math.min(probeEveryMs, mostMs) * (1 - JITTER + 2 * JITTER * Math.random());
  }
}

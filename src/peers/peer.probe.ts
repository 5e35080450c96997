import { Inject, Injectable } from '@nestjs/common';
import { PeerConfig } from '#lib/config';
import { CancelTimer, type Clock, CLOCK } from '#lib/foundation';
import {
  AnswerReceiver,
  isUnreachable,
  targetPath,
  upstreamFailure,
  UpstreamLink,
  UpstreamPools,
  UpstreamRequest,
  UpstreamTarget,
} from '#lib/proxy';
import { ProbeResult } from './peer.health.js';
import { peerTarget } from './peer-target.js';

/** Longest body that is read to keep the connection; a longer one costs it. */
const MOST_BODY_BYTES = 64 * 1024;

/** Asks a peer whether it is there, on the connections that requests use. */
@Injectable()
export class PeerProbe {
  constructor(
    private readonly pools: UpstreamPools,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Sends one request without a key; never rejects, and resolves within `timeoutMs`. */
  ask(peer: PeerConfig, timeoutMs: number): Promise<ProbeResult> {
    const target = peerTarget(peer);
    const request: UpstreamRequest = {
      method: 'GET',
      path: targetPath(target.url, peer.healthPath, ''),
      headers: ['Host', target.url.host, 'User-Agent', 'drover'],
      body: null,
    };
    return new Promise((resolve) => {
      const asking = new Asking(this.clock, { target, timeoutMs, resolve });
      try {
        this.pools.poolFor(target).send(request, asking);
      } catch (error) {
        asking.failed(error as Error);
      }
    });
  }
}

interface AskingOptions {
  readonly timeoutMs: number;
  readonly target: UpstreamTarget;
  readonly resolve: (result: ProbeResult) => void;
}

/** One probe on its way. */
class Asking implements AnswerReceiver {
  private readonly sinceMs: number;
  private readonly cancelTimer: CancelTimer;
  readonly holdsBytes = false;
  private link: UpstreamLink | null = null;
  private bodyBytes = 0;
  private settled = false;

  constructor(
    private readonly clock: Clock,
    private readonly options: AskingOptions,
  ) {
    this.sinceMs = clock.nowMs();
    this.cancelTimer = clock.after(options.timeoutMs, () => this.timedOut());
  }

  started(link: UpstreamLink): void {
    this.link = link;
  }

  began(): void {}

  informed(): void {}

  flush(): void {}

  head(status: number): void {
    this.settle({ kind: 'answered', status, tookMs: this.clock.nowMs() - this.sinceMs });
  }

  data(content: Buffer): void {
    this.bodyBytes += content.length;
    if (this.bodyBytes <= MOST_BODY_BYTES) return;
    this.cancelTimer();
    this.link?.abort();
  }

  framed(block: Buffer): void {
    this.data(block);
  }

  last(): void {
    this.end();
  }

  end(): void {
    this.cancelTimer();
  }

  failed(error: Error): void {
    this.cancelTimer();
    const kind = isUnreachable(error) ? 'unreachable' : 'failed';
    this.settle({ kind, reason: upstreamFailure(this.options.target, error).message });
  }

  /** Ends also an answer that goes on and on. */
  private timedOut(): void {
    this.settle(
      this.link?.isOpen
        ? { kind: 'failed', reason: 'does not answer its health check in time' }
        : { kind: 'unreachable', reason: 'could not be connected to in time' },
    );
    this.link?.abort();
  }

  private settle(result: ProbeResult): void {
    if (this.settled) return;
    this.settled = true;
    this.options.resolve(result);
  }
}

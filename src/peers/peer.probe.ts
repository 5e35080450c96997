import { Inject, Injectable } from '@nestjs/common';
import { Dispatcher } from 'undici';
import { PeerConfig } from '#lib/config';
import { CancelTimer, type Clock, CLOCK } from '#lib/foundation';
import {
  isUnreachable,
  targetPath,
  upstreamFailure,
  UpstreamPools,
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
    const options: Dispatcher.DispatchOptions = {
      method: 'GET',
      path: targetPath(target.url, peer.healthPath, ''),
      headers: ['Host', target.url.host, 'User-Agent', 'drover'],
    };
    return new Promise((resolve) => {
      const asking = new Asking(this.clock, { target, timeoutMs, resolve });
      try {
        this.pools.poolFor(target).dispatch(options, asking);
      } catch (error) {
        asking.onResponseError(null, error as Error);
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
class Asking implements Dispatcher.DispatchHandler {
  private readonly sinceMs: number;
  private readonly cancelTimer: CancelTimer;
  private controller: Dispatcher.DispatchController | null = null;
  private bodyBytes = 0;
  private settled = false;

  constructor(
    private readonly clock: Clock,
    private readonly options: AskingOptions,
  ) {
    this.sinceMs = clock.nowMs();
    this.cancelTimer = clock.after(options.timeoutMs, () => this.timedOut());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.settled) controller.abort(new Error('the probe has timed out'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    this.settle({ kind: 'answered', status, tookMs: this.clock.nowMs() - this.sinceMs });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bodyBytes += chunk.length;
    if (this.bodyBytes > MOST_BODY_BYTES) controller.abort(new Error('enough has been read'));
  }

  onResponseEnd(): void {
    this.cancelTimer();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.cancelTimer();
    const kind = isUnreachable(error) ? 'unreachable' : 'failed';
    this.settle({ kind, reason: upstreamFailure(this.options.target, error).message });
  }

  /** Ends also an answer that goes on and on. */
  private timedOut(): void {
    this.settle(
      this.controller
        ? { kind: 'failed', reason: 'does not answer its health check in time' }
        : { kind: 'unreachable', reason: 'could not be connected to in time' },
    );
    this.controller?.abort(new Error('the probe has timed out'));
  }

  private settle(result: ProbeResult): void {
    if (this.settled) return;
    this.settled = true;
    this.options.resolve(result);
  }
}

import { Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { CLOCK, type Clock, type DroverEventEmitter } from '#lib/foundation';
import { RouterService } from '../router.service.js';
import { SwapDecision } from './swap-decision.interface.js';
import { SwapDecisionLog } from './swap-decision.log.js';

/** The latest swap decisions of the running router, also announced as `swap.decided`. */
@Injectable()
export class SwapDecisions implements OnApplicationBootstrap {
  private readonly log: SwapDecisionLog;
  private readonly listeners = new Set<(decision: SwapDecision) => void>();

  constructor(
    private readonly router: RouterService,
    @Inject(CLOCK) clock: Clock,
    @Inject(EventEmitter2) events: DroverEventEmitter,
  ) {
    this.log = new SwapDecisionLog(
      clock,
      (decision) => events.emit('swap.decided', decision),
      (decision) => this.ended(decision),
    );
  }

  onApplicationBootstrap(): void {
    this.router.observe(this.log);
  }

  /** Tells of each swap that has ended; returns the function that stops telling. */
  onEnded(listener: (decision: SwapDecision) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Newest first. */
  list(): SwapDecision[] {
    return this.log.list();
  }

  private ended(decision: SwapDecision): void {
    for (const listener of this.listeners) listener(decision);
  }
}

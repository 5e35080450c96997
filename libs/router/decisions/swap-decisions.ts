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

  constructor(
    private readonly router: RouterService,
    @Inject(CLOCK) clock: Clock,
    @Inject(EventEmitter2) events: DroverEventEmitter,
  ) {
    this.log = new SwapDecisionLog(clock, (decision) => events.emit('swap.decided', decision));
  }

  onApplicationBootstrap(): void {
    this.router.observe(this.log);
  }

  /** Newest first. */
  list(): SwapDecision[] {
    return this.log.list();
  }
}

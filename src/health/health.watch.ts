import { Inject, Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { type CancelTimer, type Clock, CLOCK, type DroverEventEmitter } from '#lib/foundation';
import { ActivityService } from '../activity/activity.service.js';
import { HealthBoard } from './health.board.js';

/** How often the activity log is looked after, milliseconds. */
const LOOK_MS = 5000;

/** Reports what does not fail a probe but should be known: a bad reload, a log that cannot be written. */
@Injectable()
export class HealthWatch {
  private readonly cancelLook: CancelTimer;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly board: HealthBoard,
    private readonly activity: ActivityService,
    @Inject(CLOCK) clock: Clock,
    @Inject(EventEmitter2) events: DroverEventEmitter,
  ) {
    events.on('config.reload', ({ outcome }) => {
      const isBad = outcome === 'rejected';
      board.report('reload', isBad ? 'the latest reload was rejected' : null);
    });
    this.cancelLook = clock.every(LOOK_MS, () => this.look());
  }

  /** Nothing is looked after any more. */
  onModuleDestroy(): void {
    this.cancelLook();
  }

  private look(): void {
    const isFailing = this.activity.problem !== null;
    this.board.report('activityLog', isFailing ? 'the activity log cannot be written' : null);
  }
}

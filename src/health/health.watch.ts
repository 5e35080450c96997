import { Inject, Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { type DroverEventEmitter } from '#lib/foundation';
import { OrphanGuard } from '#lib/process';
import { ActivityService } from '../activity/activity.service.js';
import { HealthBoard } from './health.board.js';

/** Tells the probes what does not fail them but should be known: a bad reload, a log that cannot be written. */
@Injectable()
export class HealthWatch {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    board: HealthBoard,
    activity: ActivityService,
    guard: OrphanGuard,
    @Inject(EventEmitter2) events: DroverEventEmitter,
  ) {
    events.on('config.reload', ({ outcome }) => {
      const isBad = outcome === 'rejected';
      board.report('reload', isBad ? 'the latest reload was rejected' : null);
    });
    board.ask('activityLog', () => ({
      reason: activity.problem === null ? null : 'the activity log cannot be written',
    }));
    board.ask('childGuard', () => {
      const { rung, watchdog } = guard.report();
      const reason = rung === 'none' ? 'servers may outlive a crash of Drover' : null;
      return { reason, detail: watchdog ? `${rung}, with a watchdog` : rung };
    });
  }
}

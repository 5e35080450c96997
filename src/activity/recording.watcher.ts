import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { ConfigStore } from '#lib/config';
import { CLOCK, type Clock, type DroverEventEmitter } from '#lib/foundation';
import { CallWatchers } from '../calls/call.watchers.js';
import { CallFollower, CallWatcher, FollowedCall } from '../calls/followed-call.interface.js';
import { INFERENCE_ROUTES } from '../inference/inference-routes.js';
import { RequestMetricsService } from '../metrics/request-metrics.service.js';
import { ActivityService } from './activity.service.js';
import { CallRecord } from './call.record.js';

/** Paths, as upstreams get them, of the requests that are recorded. */
const RECORDED = new Set(
  INFERENCE_ROUTES.filter(({ method }) => method === 'POST').map((route) => route.upstreamPath),
);

/** Follows every POST for a model: activity log, live traffic, metrics. */
@Injectable()
export class RecordingWatcher implements CallWatcher, OnModuleDestroy {
  private readonly unsubscribe: () => void;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly activity: ActivityService,
    private readonly metrics: RequestMetricsService,
    calls: CallWatchers,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {
    this.unsubscribe = calls.add(this);
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }

  follow(call: FollowedCall, requestId: string): CallFollower | null {
    if (call.request.method !== 'POST' || !RECORDED.has(call.upstreamPath)) return null;
    const { recorder, board } = this.activity;
    return new CallRecord(call, {
      clock: this.clock,
      sessionHeaders: this.config.current.sessionIdHeaders,
      begin: (model, operation, answer) => {
        const endTraffic = board.begin(model, answer);
        const endMetrics = this.metrics.begin(model, operation);
        return (end) => {
          endTraffic(end);
          endMetrics();
        };
      },
      record: (entry) => {
        this.events.emit('activity.recorded', { id: recorder.record(entry), requestId });
      },
    });
  }
}

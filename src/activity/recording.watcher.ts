import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { ActivityEntry, AnswerEnd, Capture } from '#lib/activity';
import { ConfigStore, DroverConfig } from '#lib/config';
import { CLOCK, type Clock, type DroverEventEmitter } from '#lib/foundation';
import { CallWatchers } from '../calls/call.watchers.js';
import { CallFollower, CallWatcher, FollowedCall } from '../calls/followed-call.interface.js';
import { CaptureRecorder } from '../captures/capture.recorder.js';
import { ActivityService } from './activity.service.js';
import { CallRecord, CallReports } from './call.record.js';
import { isRecorded } from './recorded-calls.js';

/** Follows every POST for a model, for the activity log, the live traffic and the captures. */
@Injectable()
export class RecordingWatcher implements CallWatcher, CallReports, OnModuleDestroy {
  readonly nowMs: () => number;
  readonly wallMs: () => number;
  sessionHeaders: readonly string[];
  private readonly unsubscribe: readonly (() => void)[];

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    config: ConfigStore,
    private readonly activity: ActivityService,
    private readonly captures: CaptureRecorder,
    calls: CallWatchers,
    @Inject(CLOCK) clock: Clock,
    @Inject(EventEmitter2) private readonly events: DroverEventEmitter,
  ) {
    this.nowMs = () => clock.nowMs();
    this.wallMs = () => clock.wallMs();
    this.sessionHeaders = sessionHeaders(config.current);
    this.unsubscribe = [
      calls.add(this),
      config.onChange(({ current }) => (this.sessionHeaders = sessionHeaders(current))),
    ];
  }

  onModuleDestroy(): void {
    for (const end of this.unsubscribe) end();
  }

  follow(call: FollowedCall, requestId: string): CallFollower | null {
    if (!isRecorded(call)) return null;
    return new CallRecord(call, requestId, this, this.captures.begin(call));
  }

  begin(record: CallRecord): void {
    this.activity.began(record.call.model, record.operation, record);
  }

  end(record: CallRecord, end: AnswerEnd): void {
    this.activity.ended(record.call.model, record.operation, { answer: record, end });
  }

  finished(record: CallRecord): void {
    this.activity.finished.add(record);
  }

  record({ call, requestId }: CallRecord, entry: ActivityEntry, capture: Capture | null): void {
    const id = this.activity.record(entry, call);
    if (capture) this.captures.keep(id, capture);
    this.events.emit('activity.recorded', { id, requestId });
  }
}

function sessionHeaders({ sessionIdHeaders }: DroverConfig): readonly string[] {
  return sessionIdHeaders.map((name) => name.toLowerCase());
}

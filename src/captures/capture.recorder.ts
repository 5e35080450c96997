import { Inject, Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { BodyBudget, Capture, CaptureStore } from '#lib/activity';
import { ConfigStore, DroverConfig } from '#lib/config';
import { type ActivityRecordedEvent, type DroverEventEmitter } from '#lib/foundation';
import { CallWatchers } from '../calls/call.watchers.js';
import { CallFollower, CallWatcher, FollowedCall } from '../calls/followed-call.interface.js';
import { INFERENCE_ROUTES } from '../inference/inference-routes.js';
import { CaptureRecording } from './capture.recording.js';

const MIB = 1024 * 1024;

/** Paths, as upstreams get them, of the requests that have rows in the activity log. */
const RECORDED = new Set(
  INFERENCE_ROUTES.filter(({ method }) => method === 'POST').map((route) => route.upstreamPath),
);
/** Answers being captured hold at most so many times what finished captures may. */
const MOST_AT_ONCE = 4;

/** Captures or row ids that wait for their other half; what exceeds it never gets one. */
const MOST_UNMATCHED = 64;

/**
 * Captures POST requests and their answers, up to the configured size. A capture gets the id of its
 * row in the activity log, whichever of the two comes first. A reload keeps what there is.
 */
@Injectable()
export class CaptureRecorder implements CallWatcher {
  readonly store: CaptureStore;
  private readonly budget: BodyBudget;
  private readonly captures = new Map<string, Capture>();
  private readonly rows = new Map<string, number>();
  private secretsOf: readonly string[] = [];
  private secrets: ReadonlySet<string> = new Set();

  constructor(
    private readonly config: ConfigStore,
    calls: CallWatchers,
    @Inject(EventEmitter2) events: DroverEventEmitter,
  ) {
    this.budget = new BodyBudget(() => totalBytes(config.current) * MOST_AT_ONCE);
    this.store = new CaptureStore(totalBytes(config.current));
    config.onChange(({ current }) => this.store.resize(totalBytes(current)));
    calls.add(this);
    events.on('activity.recorded', (row) => this.recorded(row));
  }

  follow(call: FollowedCall, requestId: string): CallFollower | null {
    const total = totalBytes(this.config.current);
    if (total === 0 || call.request.method !== 'POST') return null;
    // Whatever gets no row in the activity log would wait for one in vain.
    if (!RECORDED.has(call.upstreamPath)) return null;
    const { captureBodyBytes, captureRedactHeaders } = this.config.current;
    // Two bodies must fit in.
    const bodyBytes = Math.min(captureBodyBytes, Math.floor(total / 2) - MIB / 256);
    const secretHeaders = this.secretNames(captureRedactHeaders);
    const rules = { bodyBytes, budget: this.budget, secretHeaders };
    return new CaptureRecording(call, rules, (capture) => this.captured(requestId, capture));
  }

  /** Made once per configuration. */
  private secretNames(names: readonly string[]): ReadonlySet<string> {
    if (names !== this.secretsOf) {
      this.secretsOf = names;
      this.secrets = new Set(names.map((name) => name.toLowerCase()));
    }
    return this.secrets;
  }

  private captured(requestId: string, capture: Capture | null): void {
    const row = this.rows.get(requestId);
    this.rows.delete(requestId);
    if (!capture) return;
    if (row !== undefined) this.store.add(row, capture);
    else remember(this.captures, requestId, capture);
  }

  private recorded({ id, requestId }: ActivityRecordedEvent): void {
    const capture = this.captures.get(requestId);
    this.captures.delete(requestId);
    if (capture) this.store.add(id, capture);
    else if (totalBytes(this.config.current) > 0) remember(this.rows, requestId, id);
  }
}

function totalBytes({ captureBuffer }: DroverConfig): number {
  return Math.max(0, captureBuffer) * MIB;
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_UNMATCHED) map.delete(oldest!);
}

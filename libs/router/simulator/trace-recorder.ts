import { SchedulerSnapshot } from '#lib/plugin-api';
import { EventLine } from './event-line.js';
import { TimelineEntry, TraceOutcome, TraceSummary } from './trace.interface.js';

/** A request of a trace with what has become of it. */
export interface TracedRequest {
  /** Number in the order of arrival. */
  readonly number: number;
  readonly id: string;
  readonly model: string;
  readonly arriveMs: number;
  readonly serviceMs: number;
  grantedMs?: number;
  outcome?: TraceOutcome;
}

/** Writes the timeline and the outcomes of a simulation. */
export class TraceRecorder {
  readonly timeline: TimelineEntry[] = [];
  private readonly requests = new Map<number, TracedRequest>();
  private readonly waitingFor = new Map<number, 'queue' | 'swap'>();
  private readonly knownSwaps = new Set<number>();

  constructor(private readonly line: EventLine) {}

  log(entry: Omit<TimelineEntry, 't'>): void {
    this.timeline.push({ t: this.line.nowMs, ...entry });
  }

  add(request: TracedRequest): void {
    this.requests.set(request.number, request);
  }

  request(number: number): TracedRequest {
    const request = this.requests.get(number);
    if (!request) throw new Error(`the scheduler names request ${number}, which never arrived`);
    return request;
  }

  granted(request: TracedRequest): void {
    request.grantedMs = this.line.nowMs;
    this.log({ ev: 'grant', req: request.id, model: request.model });
  }

  /** Settles a request and logs it; a second end of the same request is an error of the scheduler. */
  ended(
    request: TracedRequest,
    how: { ev: string; result: TraceOutcome['result']; reason?: string },
  ): void {
    if (request.outcome) throw new Error(`request ${request.id} is resolved twice`);
    const { grantedMs, model, arriveMs } = request;
    const reason = how.reason === undefined ? {} : { reason: how.reason };
    request.outcome = {
      model,
      arrive: arriveMs,
      result: how.result,
      ...reason,
      ...(grantedMs !== undefined && { granted: grantedMs }),
      end: this.line.nowMs,
      ...(grantedMs !== undefined && { waitMs: grantedMs - arriveMs }),
    };
    const shown = how.ev === 'cancel' ? {} : reason;
    this.log({ ev: how.ev, req: request.id, model, ...shown });
  }

  /** Logs `queue` and `join` as far as the scheduler's state shows them. */
  observe(snapshot: SchedulerSnapshot): void {
    snapshot.queue.forEach(({ id, model }, index) => {
      if (this.waitingFor.get(id) === 'queue') return;
      this.waitingFor.set(id, 'queue');
      this.log({ ev: 'queue', req: this.request(id).id, model, position: index + 1 });
    });
    for (const { id, target, waiters } of snapshot.swaps) {
      const begun = this.knownSwaps.has(id) ? undefined : waiters[0];
      this.knownSwaps.add(id);
      for (const waiter of waiters) {
        if (this.waitingFor.get(waiter) === 'swap') continue;
        this.waitingFor.set(waiter, 'swap');
        if (waiter === begun) continue;
        this.log({ ev: 'join', req: this.request(waiter).id, model: target });
      }
    }
  }

  outcomes(): Record<string, TraceOutcome> {
    const settled = [...this.requests.values()].filter((request) => request.outcome);
    return Object.fromEntries(settled.map((request) => [request.id, request.outcome!]));
  }

  summary(): TraceSummary {
    const outcomes = Object.values(this.outcomes());
    const waits = outcomes.filter((o) => o.result === 'served').map((o) => o.waitMs ?? 0);
    const count = (ev: string): number => this.timeline.filter((entry) => entry.ev === ev).length;
    return {
      evictions: this.timeline.filter(isEviction).length,
      lastEndMs: outcomes.reduce((latest, { end }) => Math.max(latest, end), 0),
      loads: count('starting'),
      maxWaitMs: waits.reduce((longest, wait) => Math.max(longest, wait), 0),
      served: waits.length,
      swaps: count('swap'),
      totalWaitMs: waits.reduce((sum, wait) => sum + wait, 0),
    };
  }
}

function isEviction({ ev, reason }: TimelineEntry): boolean {
  return (ev === 'stopping' || ev === 'aborting') && reason === 'swap';
}

import { IncomingMessage } from 'node:http';
import { ActivityEntry } from '#lib/activity';
import { ExportQueue, Span } from '#lib/metrics';
import { TrafficListener } from '../activity/activity.service.js';
import { isRecorded } from '../activity/recorded-calls.js';
import { CallFollower, CallWatcher, FollowedCall } from '../calls/followed-call.interface.js';
import { RequestTrace, traceRequest } from './request-trace.js';
import { requestSpans } from './request-spans.js';
import { TraceFacts } from './trace-facts.interface.js';

/**
 * Puts requests for models into traces: continues the client's trace when the request comes, and makes
 * the spans when it has been recorded, after its end.
 */
export class TraceExporter implements CallWatcher, TrafficListener {
  private readonly traces = new WeakMap<IncomingMessage, RequestTrace>();

  constructor(
    private readonly queue: ExportQueue<Span>,
    private readonly facts: TraceFacts,
  ) {}

  follow(call: FollowedCall): CallFollower | null {
    const trace = isRecorded(call) ? traceRequest(call.request) : null;
    if (trace) this.traces.set(call.request, trace);
    return null;
  }

  began(): void {}

  ended(): void {}

  recorded(entry: ActivityEntry, { request }: FollowedCall): void {
    const trace = this.traces.get(request);
    if (!trace) return;
    const { model, detail } = entry;
    const spans = requestSpans({
      entry,
      trace,
      method: request.method ?? 'POST',
      load: detail.upstream === 'local' ? this.facts.loadOf(model) : null,
      provider: this.facts.providerOf(model, detail.upstream),
      upstream: this.facts.upstreamOf(model, detail.upstream),
    });
    for (const span of spans) this.queue.add(span);
  }
}

import { randomBytes } from 'node:crypto';
import { ActivityEntry, NO_UPSTREAM } from '#lib/activity';
import { Attributes, SPAN_KIND, Span } from '#lib/metrics';
import { LoadWindow } from './load.windows.js';
import { RequestTrace } from './request-trace.js';

/** What the spans of one request are made of. */
export interface TracedRequest {
  readonly entry: ActivityEntry;
  readonly trace: RequestTrace;
  readonly method: string;
  /** The last load of its model. */
  readonly load: LoadWindow | null;
  /** `llama.cpp`, `vllm`, the id of a peer; null: not known. */
  readonly provider: string | null;
  readonly upstream: URL | null;
}

/** A wait shorter than this is none, milliseconds. */
const SHORTEST_WAIT_MS = 1;

/**
 * The spans of a finished request: the request itself, and below it the time in the queue, the load it
 * waited for, and the way to the upstream. Names and attributes are those of the OpenTelemetry
 * conventions for generative AI and HTTP.
 */
export function requestSpans(traced: TracedRequest): readonly Span[] {
  const { entry, trace } = traced;
  const { detail } = entry;
  const span = (more: Pick<Span, 'name' | 'startMs' | 'endMs'> & Partial<Span>): Span => ({
    traceId: trace.traceId,
    spanId: randomBytes(8).toString('hex'),
    parentSpanId: trace.spanId,
    traceState: trace.traceState,
    kind: SPAN_KIND.internal,
    attributes: {},
    error: null,
    ...more,
  });
  const root = span({
    name: detail.upstream === NO_UPSTREAM ? detail.operation : `${detail.operation} ${entry.model}`,
    kind: SPAN_KIND.server,
    spanId: trace.spanId,
    parentSpanId: trace.parentSpanId,
    startMs: detail.startedMs,
    endMs: entry.endedMs,
    attributes: requestAttributes(traced),
    error: errorOf(entry),
  });
  return [root, ...waitSpans(traced, span), ...upstreamSpan(traced, span)];
}

type MakeSpan = (more: Pick<Span, 'name' | 'startMs' | 'endMs'> & Partial<Span>) => Span;

/** The wait, divided into what came before the load of the model and the load itself. */
function waitSpans({ entry, load }: TracedRequest, span: MakeSpan): readonly Span[] {
  const { startedMs, queueMs } = entry.detail;
  const grantedMs = queueMs === null ? entry.endedMs : startedMs + queueMs;
  const loadEndMs = load?.endMs ?? entry.endedMs;
  const isLoaded = load !== null && loadEndMs > startedMs && load.startMs < grantedMs;
  const fromMs = isLoaded ? Math.max(startedMs, load.startMs) : grantedMs;
  const toMs = Math.min(grantedMs, loadEndMs);
  const spans: Span[] = [];
  if (fromMs - startedMs >= SHORTEST_WAIT_MS) {
    spans.push(span({ name: 'queue', startMs: startedMs, endMs: fromMs }));
  }
  if (isLoaded && toMs - fromMs >= SHORTEST_WAIT_MS) {
    const attributes = { 'gen_ai.request.model': entry.model };
    spans.push(span({ name: 'load', startMs: fromMs, endMs: toMs, attributes }));
  }
  return spans;
}

function upstreamSpan(traced: TracedRequest, span: MakeSpan): readonly Span[] {
  const { entry, trace, method, upstream } = traced;
  const { detail } = entry;
  if (detail.upstreamMs === null) return [];
  return [
    span({
      name: 'upstream',
      kind: SPAN_KIND.client,
      spanId: trace.upstreamSpanId,
      startMs: entry.endedMs - detail.upstreamMs,
      endMs: entry.endedMs,
      attributes: {
        'http.request.method': method,
        'http.response.status_code': entry.status || null,
        'server.address': upstream?.hostname,
        'server.port': upstream && portOf(upstream),
        'url.path': entry.path,
      },
      error: errorOf(entry),
    }),
  ];
}

function requestAttributes({ entry, method, provider }: TracedRequest): Attributes {
  const { detail, status, path, model } = entry;
  const { facts } = detail;
  return {
    'http.request.method': method,
    'http.response.status_code': status || null,
    'url.path': path,
    'gen_ai.operation.name': detail.operation,
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': facts?.inputTokensTotal,
    'gen_ai.usage.output_tokens': facts?.outputTokens,
    'gen_ai.response.finish_reasons': facts?.finishReason ? [facts.finishReason] : null,
    'error.type': detail.outcome === 'ok' ? null : detail.outcome,
    'drover.request_id': detail.requestId,
    'drover.outcome': detail.outcome,
    'drover.stream': detail.isStream,
    'drover.time_to_first_token_ms': detail.ttftMs,
  };
}

/** Of an outcome that is the client's own doing nothing is an error of the server. */
function errorOf({ detail, errorMessage, status }: ActivityEntry): string | null {
  const isOurs = ['server_error', 'timeout', 'rejected'].includes(detail.outcome);
  return isOurs ? errorMessage || `status ${status}` : null;
}

function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

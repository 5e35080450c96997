import { randomBytes } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { formatTraceParent, parseTraceParent } from '#lib/metrics';

/** The place of one request in its trace. */
export interface RequestTrace {
  readonly traceId: string;
  /** Span of the client, if it said so. */
  readonly parentSpanId: string | null;
  readonly traceState: string | null;
  /** Span of the request. */
  readonly spanId: string;
  /** Span of the way to the upstream, which the upstream learns. */
  readonly upstreamSpanId: string;
}

/**
 * Continues the trace of a request, or begins one, and puts our span into what the upstream gets. Null
 * when the client has said that the trace is not recorded; its header goes on as it is then.
 */
export function traceRequest(request: IncomingMessage): RequestTrace | null {
  const parent = parseTraceParent(request.headers['traceparent']);
  if (parent && !parent.isSampled) return null;
  const state = request.headers['tracestate'];
  const random = randomBytes(32).toString('hex');
  const trace = {
    traceId: parent?.traceId ?? random.slice(0, 32),
    parentSpanId: parent?.spanId ?? null,
    traceState: parent && typeof state === 'string' ? state : null,
    spanId: random.slice(32, 48),
    upstreamSpanId: random.slice(48, 64),
  };
  const { traceId, upstreamSpanId: spanId } = trace;
  setHeader(request, 'traceparent', formatTraceParent({ traceId, spanId, isSampled: true }));
  return trace;
}

/** What goes to upstreams is made from the raw headers, in the pass-through from the others. */
function setHeader(request: IncomingMessage, name: string, value: string): void {
  const { rawHeaders, headers } = request;
  headers[name] = value;
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (rawHeaders[at]!.toLowerCase() === name) rawHeaders.splice(at, 2);
  }
  rawHeaders.push(name, value);
}

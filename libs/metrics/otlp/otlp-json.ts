import { Attributes, AttributeValue, Span } from './otlp.interface.js';

const STATUS_ERROR = 2;

/** Attributes in the JSON form of OTLP 1.x (opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding"). */
export function otlpAttributes(attributes: Attributes): object[] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => ({ key, value: otlpValue(value) }));
}

/** Unix milliseconds as nanoseconds in decimal text, exact to the microsecond. */
export function nanoseconds(ms: number): string {
  return `${BigInt(Math.round(ms * 1000)) * 1000n}`;
}

/** What an export says about who sends it. */
export interface OtlpSender {
  readonly resource: Attributes;
  readonly scope: { readonly name: string; readonly version: string };
}

/** The body of `POST /v1/traces`. */
export function tracesBody({ resource, scope }: OtlpSender, spans: readonly Span[]): object {
  const scopeSpans = [{ scope, spans: spans.map(otlpSpan) }];
  return { resourceSpans: [{ resource: { attributes: otlpAttributes(resource) }, scopeSpans }] };
}

/** The body of `POST /v1/metrics`. */
export function metricsBody({ resource, scope }: OtlpSender, metrics: readonly object[]): object {
  const scopeMetrics = [{ scope, metrics }];
  return {
    resourceMetrics: [{ resource: { attributes: otlpAttributes(resource) }, scopeMetrics }],
  };
}

function otlpSpan(span: Span): object {
  const { traceId, spanId, parentSpanId, traceState, name, kind, error } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== null && { parentSpanId }),
    ...(traceState !== null && { traceState }),
    name,
    kind,
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(Math.max(span.startMs, span.endMs)),
    attributes: otlpAttributes(span.attributes),
    status: error === null ? {} : { code: STATUS_ERROR, message: error },
  };
}

function otlpValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  // 64-bit integers are decimal texts in JSON.
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  return { arrayValue: { values: (value ?? []).map((text) => ({ stringValue: text })) } };
}

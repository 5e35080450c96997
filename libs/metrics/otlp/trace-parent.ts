/** The trace that a request belongs to (W3C Trace Context, `traceparent` version 00). */
export interface TraceParent {
  readonly traceId: string;
  /** Span of whoever sent the request. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

const HEADER = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads the header; null for one that is none, which counts as absent. */
export function parseTraceParent(header: unknown): TraceParent | null {
  const match = typeof header === 'string' ? HEADER.exec(header.trim()) : null;
  if (!match) return null;
  const [, version, traceId, spanId, flags, more] = match;
  const isZero = /^0+$/.test(traceId!) || /^0+$/.test(spanId!);
  if (version === 'ff' || isZero || (version === '00' && more !== undefined)) return null;
  return { traceId: traceId!, spanId: spanId!, isSampled: (Number.parseInt(flags!, 16) & 1) === 1 };
}

/** Writes the header. */
export function formatTraceParent({ traceId, spanId, isSampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** An attribute's value before it is encoded; null and undefined are left out. */
export type AttributeValue = string | number | boolean | readonly string[] | null | undefined;

/** Attributes by name. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Part that a span plays (OTLP 1.x, `SpanKind`). */
export const SPAN_KIND = { internal: 1, server: 2, client: 3 } as const;

/** A finished span. Times are Unix milliseconds. */
export interface Span {
  /** 32 and 16 hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly traceState: string | null;
  readonly name: string;
  readonly kind: (typeof SPAN_KIND)[keyof typeof SPAN_KIND];
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  /** What went wrong; null for success. */
  readonly error: string | null;
}

/** Posts a body to a collector. */
export interface OtlpPost {
  /**
   * @returns the status of the answer and its `Retry-After` in seconds
   * @throws Error when there is no answer in time
   */
  (path: string, body: string, signal: AbortSignal): Promise<OtlpAnswer>;
}

/** A collector's answer. */
export interface OtlpAnswer {
  readonly status: number;
  readonly retryAfterSeconds: number | null;
}

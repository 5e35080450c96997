/** A finished request as the metrics count it. Unknown is null and counts nowhere. */
export interface FinishedRequest {
  /** Configured id; `_unknown` for a name that nobody serves. */
  readonly model: string;
  readonly operation: string;
  readonly isStream: boolean;
  readonly code: number;
  readonly outcome: string;
  /** Arrival to last byte, milliseconds. */
  readonly durationMs: number;
  /** Forwarded to last byte, milliseconds. */
  readonly upstreamMs: number | null;
  /** Arrival, and forwarding, to the first chunk with output, milliseconds. */
  readonly firstTokenMs: number | null;
  readonly upstreamFirstTokenMs: number | null;
  /** First to last chunk with output, milliseconds. */
  readonly generationSpanMs: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly cachedTokens: number | null;
  readonly uncachedTokens: number | null;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly draftTokens: number | null;
  readonly draftAcceptedTokens: number | null;
  /** Engine time, milliseconds. */
  readonly promptMs: number | null;
  readonly generationMs: number | null;
}

/** Where the token counts of an answer come from. */
export type TokenSource =
  'timings' | 'usage' | 'usage+metrics' | 'metrics' | 'body' | 'error' | 'none';

/** What an answer told about the work behind it. Unknown is null, never 0. */
export interface ResponseFacts {
  /** All prompt tokens, cached ones included. */
  readonly inputTokensTotal: number | null;
  readonly cachedTokens: number | null;
  /** Whether `cachedTokens` was found by subtraction. */
  readonly cachedDerived: boolean;
  /** Prompt tokens written to a cache (Anthropic). */
  readonly cacheCreationTokens: number | null;
  readonly inputTokensUncached: number | null;
  /** Generated tokens, reasoning included. */
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly draftTokens: number | null;
  readonly draftAcceptedTokens: number | null;
  /** Engine time for the prompt, milliseconds. */
  readonly promptMs: number | null;
  /** Engine time for the generation, milliseconds. */
  readonly generationMs: number | null;
  readonly promptPerSecond: number | null;
  readonly tokensPerSecond: number | null;
  /** Whether `tokensPerSecond` was computed from the times at which chunks arrived. */
  readonly tokensPerSecondDerived: boolean;
  /** Time to the first token as the engine measured it, milliseconds. */
  readonly ttftMs: number | null;
  /** Time in the engine's own queue, milliseconds. */
  readonly queueMs: number | null;
  readonly audioSeconds: number | null;
  /** `stop`, `length`, `tool_calls`, `content_filter`, or the engine's own word. */
  readonly finishReason: string | null;
  readonly source: TokenSource;
  /** Whether the answer came to its proper end. */
  readonly complete: boolean;
  readonly error: string | null;
  readonly errorType: string | null;
  /** Chunks of a stream that carried output. */
  readonly contentChunks: number;
  /** Number of answers in one body, where it holds several. */
  readonly choices: number | null;
  /** Arrival of the first and the last chunk with output, monotonic milliseconds. */
  readonly firstContentMs: number | null;
  readonly lastContentMs: number | null;
}

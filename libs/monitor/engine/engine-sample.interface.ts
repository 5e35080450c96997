/** An engine whose figures can be read. */
export type EngineKind = (typeof ENGINE_KINDS)[number];

/** Engines whose figures can be read. */
export const ENGINE_KINDS = ['llama.cpp', 'vllm', 'sglang'] as const;

/** State of one engine at one instant. Null: unknown; a failed poll has no figures at all. */
export interface EngineSample {
  /** Wall-clock time, Unix milliseconds. */
  readonly timestamp: number;
  readonly ok: boolean;
  readonly engine: EngineKind | null;
  readonly tokensGenerated: number | null;
  readonly tokensPerSecond: number | null;
  readonly promptTokens: number | null;
  readonly promptTokensPerSecond: number | null;
  /** Tokens in the sequences that are being worked on. */
  readonly contextUsed: number | null;
  /** Tokens in all sequences that are kept. */
  readonly contextResident: number | null;
  readonly contextTotal: number | null;
  readonly contextPercent: number | null;
  /** The fullest single window. */
  readonly contextPercentMaxSlot: number | null;
  readonly busySlots: number | null;
  readonly totalSlots: number | null;
  readonly queuedRequests: number | null;
  /** Generation time of the last finished work, milliseconds. */
  readonly evaluationTimeMs: number | null;
  readonly promptEvaluationTimeMs: number | null;
  readonly kvUsageRatio: number | null;
  readonly draftAcceptanceRatio: number | null;
  readonly sources: EngineSources;
  readonly error: string | null;
}

/** Where the figures of a sample come from. */
export interface EngineSources {
  readonly tokens: 'slots+metrics' | 'metrics' | 'proxy' | null;
  readonly context: 'slots' | 'metrics' | 'proxy' | null;
  readonly evaluation: 'timings' | 'metrics' | null;
}

/** The sample of a failed poll. */
export function failedSample(timestamp: number, error: string): EngineSample {
  return { ...UNKNOWN_SAMPLE, timestamp, error };
}

/** A sample about which nothing is known. */
export const UNKNOWN_SAMPLE: EngineSample = {
  timestamp: 0,
  ok: false,
  engine: null,
  tokensGenerated: null,
  tokensPerSecond: null,
  promptTokens: null,
  promptTokensPerSecond: null,
  contextUsed: null,
  contextResident: null,
  contextTotal: null,
  contextPercent: null,
  contextPercentMaxSlot: null,
  busySlots: null,
  totalSlots: null,
  queuedRequests: null,
  evaluationTimeMs: null,
  promptEvaluationTimeMs: null,
  kvUsageRatio: null,
  draftAcceptanceRatio: null,
  sources: { tokens: null, context: null, evaluation: null },
  error: null,
};

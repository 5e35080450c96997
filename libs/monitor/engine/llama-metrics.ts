import { MetricsPage } from './exposition.js';

/** Figures of a llama-server's `/metrics`. Null: this build does not tell. */
export interface LlamaMetrics {
  /** Prompt tokens processed, cached ones excluded. */
  readonly promptTokens: number | null;
  readonly promptTokensCached: number | null;
  readonly promptSeconds: number | null;
  /** Grows only when a request ends. */
  readonly tokensGenerated: number | null;
  readonly generationSeconds: number | null;
  readonly decodeCalls: number | null;
  readonly maxTokensSeen: number | null;
  readonly busy: number | null;
  readonly queued: number | null;
  readonly lifetimeBusyMean: number | null;
  readonly draftTokens: number | null;
  readonly draftAccepted: number | null;
  readonly draftAcceptanceRatio: number | null;
  readonly kvUsageRatio: number | null;
  readonly kvTokens: number | null;
  /** Step in which large values are printed. */
  readonly tokensGeneratedResolution: number;
  readonly promptTokensResolution: number;
}

/** Values are printed with this many significant digits. */
const PRINTED_DIGITS = 6;

/**
 * Reads the page of a llama-server. The two speed gauges are left alone: every scrape by anybody resets
 * them.
 */
export function llamaMetrics(page: MetricsPage): LlamaMetrics {
  const read = (...names: string[]): number | null =>
    page.sum(...names.map((name) => `llamacpp:${name}`));
  const promptTokens = read('prompt_tokens_total');
  const tokensGenerated = read('tokens_predicted_total');
  const draftTokens = read('spec_decode_num_draft_tokens_total', 'tokens_drafted_total');
  const draftAccepted = read(
    'spec_decode_num_accepted_tokens_total',
    'tokens_drafted_accepted_total',
  );
  return {
    promptTokens,
    promptTokensCached: read('prompt_tokens_cached_total'),
    promptSeconds: read('prompt_seconds_total'),
    tokensGenerated,
    generationSeconds: read('tokens_predicted_seconds_total'),
    decodeCalls: read('n_decode_total'),
    maxTokensSeen: read('n_tokens_max'),
    busy: read('requests_processing'),
    queued: read('requests_deferred'),
    lifetimeBusyMean: read('n_busy_slots_per_decode'),
    draftTokens,
    draftAccepted,
    draftAcceptanceRatio: ratio(draftAccepted, draftTokens),
    kvUsageRatio: read('kv_cache_usage_ratio'),
    kvTokens: read('kv_cache_tokens'),
    tokensGeneratedResolution: printedResolution(tokensGenerated),
    promptTokensResolution: printedResolution(promptTokens),
  };
}

/** Part of a whole, or null when it is unknown or there is no whole. */
export function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

function printedResolution(value: number | null): number {
  if (value === null || value < 10 ** PRINTED_DIGITS) return 1;
  return 10 ** (Math.floor(Math.log10(value)) + 1 - PRINTED_DIGITS);
}

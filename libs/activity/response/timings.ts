import { amountOf, memberAt, objectOf } from './json.js';

/** llama-server's own measurement of one request. Null: not reported. */
export interface Timings {
  /** Prompt tokens that were processed; cached ones are not among them. */
  readonly promptTokens: number | null;
  readonly promptMs: number | null;
  readonly promptPerSecond: number | null;
  readonly predictedTokens: number | null;
  readonly predictedMs: number | null;
  readonly predictedPerSecond: number | null;
  readonly cachedTokens: number | null;
  readonly draftTokens: number | null;
  readonly draftAcceptedTokens: number | null;
}

/** vLLM's own measurement of one request (`--enable-per-request-metrics`). Null: not reported. */
export interface EngineTimes {
  readonly firstTokenMs: number | null;
  readonly generationMs: number | null;
  readonly queueMs: number | null;
  readonly meanTokenMs: number | null;
  readonly draftTokens: number | null;
  readonly draftAcceptedTokens: number | null;
}

/** Reads a `timings` object; anything else gives null. */
export function parseTimings(value: unknown): Timings | null {
  const timings = objectOf(value);
  if (!timings) return null;
  const drafted = amountOf(timings['draft_n']);
  const accepted = amountOf(timings['draft_n_accepted']);
  const hasBoth = drafted !== null && accepted !== null;
  return {
    promptTokens: amountOf(timings['prompt_n']),
    promptMs: amountOf(timings['prompt_ms']),
    promptPerSecond: amountOf(timings['prompt_per_second']),
    predictedTokens: amountOf(timings['predicted_n']),
    predictedMs: amountOf(timings['predicted_ms']),
    predictedPerSecond: amountOf(timings['predicted_per_second']),
    cachedTokens: amountOf(timings['cache_n']),
    draftTokens: hasBoth ? drafted : null,
    draftAcceptedTokens: hasBoth ? accepted : null,
  };
}

/** Adds the timings of several prompts of one request; the speeds are those of the sums. */
export function addTimings(all: readonly Timings[]): Timings | null {
  if (all.length <= 1) return all[0] ?? null;
  const sum = (read: (timings: Timings) => number | null): number | null =>
    all.reduce<number | null>((total, one) => addKnown(total, read(one)), 0);
  const promptTokens = sum((one) => one.promptTokens);
  const promptMs = sum((one) => one.promptMs);
  const predictedTokens = sum((one) => one.predictedTokens);
  const predictedMs = sum((one) => one.predictedMs);
  return {
    promptTokens,
    promptMs,
    promptPerSecond: perSecond(promptTokens, promptMs),
    predictedTokens,
    predictedMs,
    predictedPerSecond: perSecond(predictedTokens, predictedMs),
    cachedTokens: sum((one) => one.cachedTokens),
    draftTokens: sum((one) => one.draftTokens),
    draftAcceptedTokens: sum((one) => one.draftAcceptedTokens),
  };
}

/** Reads vLLM's `metrics` object; anything else gives null. */
export function parseEngineTimes(value: unknown): EngineTimes | null {
  const metrics = objectOf(value);
  if (!metrics) return null;
  const drafted = amountOf(memberAt(metrics, 'speculative_decoding', 'num_draft_tokens'));
  const accepted = amountOf(memberAt(metrics, 'speculative_decoding', 'num_accepted_draft_tokens'));
  const hasBoth = drafted !== null && accepted !== null;
  return {
    firstTokenMs: amountOf(metrics['time_to_first_token_ms']),
    generationMs: amountOf(metrics['generation_time_ms']),
    queueMs: amountOf(metrics['queue_time_ms']),
    meanTokenMs: amountOf(metrics['mean_itl_ms']),
    draftTokens: hasBoth ? drafted : null,
    draftAcceptedTokens: hasBoth ? accepted : null,
  };
}

/** Whether anything was measured. */
export function hasMeasurement(times: EngineTimes): boolean {
  return Object.values(times).some((value) => value !== null);
}

/** Events per second, or null when a part is unknown or no time passed. */
export function perSecond(count: number | null, elapsedMs: number | null): number | null {
  return count === null || elapsedMs === null || elapsedMs <= 0 ? null : (count / elapsedMs) * 1000;
}

function addKnown(total: number | null, value: number | null): number | null {
  return total === null || value === null ? null : total + value;
}

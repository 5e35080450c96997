import { JsonObject, amountOf, memberAt, objectOf } from './json.js';

/** The token counts of one `usage` object, as the API reports them. Null: not reported. */
export interface Usage {
  /** `prompt_tokens` or `input_tokens`. */
  readonly input: number | null;
  readonly output: number | null;
  /** Prompt tokens taken from a cache. */
  readonly cached: number | null;
  /** Prompt tokens written to a cache (Anthropic). */
  readonly cacheCreation: number | null;
  readonly reasoning: number | null;
  /** Seconds of audio, where a transcription is billed by time. */
  readonly audioSeconds: number | null;
  /** Whether `input` leaves the cached tokens out, as Anthropic's Messages API does. */
  readonly inputExcludesCache: boolean;
}

/**
 * Reads a `usage` object of the OpenAI chat, completion, Responses, embedding and transcription APIs
 * or of Anthropic's Messages API. Anything but an object gives null.
 */
export function parseUsage(value: unknown): Usage | null {
  const usage = objectOf(value);
  if (!usage) return null;
  const promptTokens = amountOf(usage['prompt_tokens']);
  const cacheRead = amountOf(usage['cache_read_input_tokens']);
  const cacheCreation = amountOf(usage['cache_creation_input_tokens']);
  return {
    input: promptTokens ?? amountOf(usage['input_tokens']),
    output: amountOf(usage['completion_tokens']) ?? amountOf(usage['output_tokens']),
    cached: cacheRead ?? cachedInDetails(usage),
    cacheCreation,
    reasoning: reasoningInDetails(usage),
    audioSeconds: usage['type'] === 'duration' ? amountOf(usage['seconds']) : null,
    inputExcludesCache: promptTokens === null && (cacheRead !== null || cacheCreation !== null),
  };
}

/**
 * Joins the usage of a later event of a stream to that of the earlier ones: a later value replaces an
 * earlier one when it is more than 0 (for cached tokens: when it is there at all).
 */
export function mergeUsage(earlier: Usage | null, later: Usage): Usage {
  if (!earlier) return later;
  return {
    input: positiveOr(later.input, earlier.input),
    output: positiveOr(later.output, earlier.output),
    cached: later.cached ?? earlier.cached,
    cacheCreation: positiveOr(later.cacheCreation, earlier.cacheCreation),
    reasoning: positiveOr(later.reasoning, earlier.reasoning),
    audioSeconds: later.audioSeconds ?? earlier.audioSeconds,
    inputExcludesCache: later.inputExcludesCache || earlier.inputExcludesCache,
  };
}

/** All prompt tokens, cached ones included, or null when the usage does not tell. */
export function wholeInput(usage: Usage): number | null {
  if (usage.input === null || !usage.inputExcludesCache) return usage.input;
  return usage.input + (usage.cached ?? 0) + (usage.cacheCreation ?? 0);
}

function cachedInDetails(usage: JsonObject): number | null {
  return (
    amountOf(memberAt(usage, 'input_tokens_details', 'cached_tokens')) ??
    amountOf(memberAt(usage, 'prompt_tokens_details', 'cached_tokens'))
  );
}

function reasoningInDetails(usage: JsonObject): number | null {
  return (
    amountOf(memberAt(usage, 'completion_tokens_details', 'reasoning_tokens')) ??
    amountOf(memberAt(usage, 'output_tokens_details', 'reasoning_tokens'))
  );
}

function positiveOr(later: number | null, earlier: number | null): number | null {
  return later !== null && (later > 0 || earlier === null) ? later : earlier;
}

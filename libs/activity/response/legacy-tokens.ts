import { amountOf, hasMember, memberAt, numberOf } from './json.js';
import { parseEngineTimes, perSecond } from './timings.js';
import { parseUsage } from './usage.js';

/** The token block of a row of `GET /api/metrics/activity`; -1 means unknown, 0 none or unknown. */
export interface LegacyTokens {
  readonly cache_tokens: number;
  readonly draft_tokens: number;
  readonly draft_acc_tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly prompt_per_second: number;
  readonly tokens_per_second: number;
}

/** The block of a row about which nothing is known. */
export const MINIMAL_TOKENS: LegacyTokens = {
  cache_tokens: 0,
  draft_tokens: 0,
  draft_acc_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  prompt_per_second: 0,
  tokens_per_second: 0,
};

/** What the compatible activity log keeps of one answer. */
export interface LegacyOutcome {
  readonly tokens: LegacyTokens;
  /** Whether nothing was found and the block is all zero. */
  readonly minimal: boolean;
  /** Empty for a success. */
  readonly errorMessage: string;
  /** Prompt and generation time as the engine measured it, whole milliseconds; 0 when unknown. */
  readonly engineMs: number;
}

/**
 * Collects the figures that clients of the compatible activity API expect, with that API's meanings:
 * input tokens exclude cached ones when the engine reports timings and include them otherwise.
 */
export class LegacyTokenCounter {
  private found = false;
  private input = 0;
  private output = 0;
  private cached = -1;
  private timings: unknown = null;
  private metrics: unknown = null;

  /** Reads a whole body. For `/infill` an array stands for its last element's timings. */
  seeBody(body: unknown, path: string): void {
    if (!Array.isArray(body)) this.seeTop(body);
    else if (path.startsWith('/infill')) this.seeEngine('timings', body.at(-1));
  }

  /** Reads one event of a stream. */
  see(event: unknown): void {
    this.seeTop(event);
    this.seeHolder(memberAt(event, 'response'));
    this.seeHolder(memberAt(event, 'message'));
  }

  /** The block and the engine's own time. */
  finish(): Pick<LegacyOutcome, 'tokens' | 'minimal' | 'engineMs'> {
    if (!this.found) return { tokens: MINIMAL_TOKENS, minimal: true, engineMs: 0 };
    const tokens: LegacyTokens = {
      cache_tokens: this.cached,
      draft_tokens: -1,
      draft_acc_tokens: -1,
      input_tokens: this.input,
      output_tokens: this.output,
      prompt_per_second: -1,
      tokens_per_second: -1,
    };
    if (this.metrics === null && this.timings === null) {
      return { tokens, minimal: false, engineMs: 0 };
    }
    const measured = { ...tokens, ...this.fromMetrics(), ...this.fromTimings() };
    return { tokens: measured, minimal: false, engineMs: this.engineMs() };
  }

  private seeTop(holder: unknown): void {
    this.seeHolder(holder);
    this.seeEngine('timings', holder);
    this.seeEngine('metrics', holder);
  }

  private seeEngine(name: 'timings' | 'metrics', holder: unknown): void {
    if (!hasMember(holder, name)) return;
    this.found = true;
    this[name] = memberAt(holder, name) ?? this[name];
  }

  private seeHolder(holder: unknown): void {
    if (hasMember(holder, 'usage')) this.seeUsage(memberAt(holder, 'usage'));
  }

  private seeUsage(value: unknown): void {
    this.found = true;
    const usage = parseUsage(value);
    if (!usage) return;
    if (usage.input !== null && usage.input > 0) this.input = Math.trunc(usage.input);
    if (usage.output !== null && usage.output > 0) this.output = Math.trunc(usage.output);
    if (usage.cached !== null && usage.cached >= 0) this.cached = Math.trunc(usage.cached);
  }

  private fromTimings(): Partial<LegacyTokens> {
    if (this.timings === null) return {};
    const read = (key: string): number | null => numberOf(memberAt(this.timings, key));
    const count = (key: string): number | null => wholeOf(read(key));
    const drafted = count('draft_n');
    const accepted = count('draft_n_accepted');
    const cached = count('cache_n');
    return {
      input_tokens: count('prompt_n') ?? 0,
      output_tokens: count('predicted_n') ?? 0,
      prompt_per_second: read('prompt_per_second') ?? 0,
      tokens_per_second: read('predicted_per_second') ?? 0,
      ...(cached !== null && { cache_tokens: cached }),
      ...(drafted !== null &&
        accepted !== null && { draft_tokens: drafted, draft_acc_tokens: accepted }),
    };
  }

  private fromMetrics(): Partial<LegacyTokens> {
    const times = parseEngineTimes(this.metrics);
    if (!times) return {};
    const prompt = perSecond(this.input - Math.max(this.cached, 0), times.firstTokenMs);
    const decode = perSecond(1, times.meanTokenMs);
    return {
      ...(prompt !== null && prompt > 0 && { prompt_per_second: prompt }),
      ...(decode !== null && { tokens_per_second: decode }),
      ...(times.draftTokens !== null && {
        draft_tokens: times.draftTokens,
        draft_acc_tokens: times.draftAcceptedTokens ?? -1,
      }),
    };
  }

  private engineMs(): number {
    const promptMs = amountOf(memberAt(this.timings, 'prompt_ms')) ?? 0;
    const predictedMs = amountOf(memberAt(this.timings, 'predicted_ms')) ?? 0;
    return wholeOf(promptMs + predictedMs) ?? 0;
  }
}

/** A whole number that a table can hold: what is beyond is no count. */
function wholeOf(value: number | null): number | null {
  const whole = value === null ? null : Math.trunc(value);
  return Number.isSafeInteger(whole) ? whole : null;
}

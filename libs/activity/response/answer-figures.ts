import { finishReasonOf } from './finish-reason.js';
import { amountOf, memberAt } from './json.js';
import { Failure, failureIn } from './stream-event.js';
import { EngineTimes, Timings, addTimings, parseEngineTimes, parseTimings } from './timings.js';
import { Usage, mergeUsage, parseUsage } from './usage.js';

/** The raw figures of one answer, joined over its events. */
export class AnswerFigures {
  usage: Usage | null = null;
  timings: Timings | null = null;
  metrics: EngineTimes | null = null;
  finishReason: string | null = null;
  failure: Failure | null = null;
  /** Tokens that a count request named; nothing was processed. */
  countedTokens: number | null = null;
  /** Prompt tokens by llama-server's native answer, cached ones included. */
  evaluatedTokens: number | null = null;
  choices: number | null = null;

  /** Reads a whole body. */
  seeBody(body: unknown): void {
    if (!Array.isArray(body)) {
      this.see(body);
      this.countedTokens = amountOf(memberAt(body, 'input_tokens'));
      const choices = memberAt(body, 'choices');
      this.choices = Array.isArray(choices) ? choices.length : null;
      return;
    }
    for (const element of body) this.see(element);
    const all = body.map((element) => parseTimings(memberAt(element, 'timings')));
    this.timings = addTimings(all.filter((timings) => timings !== null));
    this.evaluatedTokens = null;
    this.choices = body.length;
  }

  /** Reads one event of a stream, or one element of a body; `isFailure` when it was called an error. */
  see(event: unknown, isFailure = false): void {
    this.seeUsage(event);
    this.seeUsage(memberAt(event, 'response'));
    this.seeUsage(memberAt(event, 'message'));
    this.timings = parseTimings(memberAt(event, 'timings')) ?? this.timings;
    this.metrics =
      parseEngineTimes(memberAt(event, 'metrics')) ??
      parseEngineTimes(memberAt(event, 'response', 'metrics')) ??
      this.metrics;
    this.evaluatedTokens = amountOf(memberAt(event, 'tokens_evaluated')) ?? this.evaluatedTokens;
    this.finishReason = finishReasonOf(event) ?? this.finishReason;
    this.failure ??= failureIn(event, isFailure);
  }

  private seeUsage(holder: unknown): void {
    if (holder === undefined) return;
    const usage = parseUsage(memberAt(holder, 'usage'));
    if (usage) this.usage = mergeUsage(this.usage, usage);
  }
}

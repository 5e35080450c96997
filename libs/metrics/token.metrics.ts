import { Counter, Histogram, Registry } from 'prom-client';
import { BUCKETS } from './buckets.js';
import { FinishedRequest } from './finished-request.interface.js';

/** Families about tokens and the engine's time for them. */
export class TokenMetrics {
  private readonly input: Counter;
  private readonly output: Counter;
  private readonly reasoning: Counter;
  private readonly draft: Counter;
  private readonly inputSize: Histogram;
  private readonly outputSize: Histogram;
  private readonly perToken: Histogram;
  private readonly promptSeconds: Counter;
  private readonly generationSeconds: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = (name: string, help: string, ...more: string[]): Counter =>
      new Counter({ name, help, labelNames: ['model', ...more], registers });
    const histogram = (name: string, help: string, buckets: number[]): Histogram =>
      new Histogram({ name, help, labelNames: ['model'], buckets, registers });
    this.input = counter('drover_input_tokens_total', 'Prompt tokens', 'cached');
    this.output = counter('drover_output_tokens_total', 'Generated tokens, reasoning included');
    this.reasoning = counter('drover_reasoning_tokens_total', 'Generated reasoning tokens');
    this.draft = counter('drover_draft_tokens_total', 'Speculated tokens', 'result');
    this.inputSize = histogram(
      'drover_request_input_tokens',
      'Prompt tokens of a request',
      BUCKETS.tokens,
    );
    this.outputSize = histogram(
      'drover_request_output_tokens',
      'Generated tokens of a request',
      BUCKETS.tokens,
    );
    this.perToken = histogram(
      'drover_time_per_output_token_seconds',
      'Time between tokens of a stream',
      BUCKETS.perToken,
    );
    this.promptSeconds = counter('drover_prompt_seconds_total', 'Engine time for prompts');
    this.generationSeconds = counter('drover_generation_seconds_total', 'Engine time for output');
  }

  /** Counts a finished request. */
  observe(request: FinishedRequest): void {
    const { model, cachedTokens, uncachedTokens, outputTokens } = request;
    add(this.input, { model, cached: 'true' }, cachedTokens);
    add(this.input, { model, cached: 'false' }, uncachedTokens);
    add(this.output, { model }, outputTokens);
    add(this.reasoning, { model }, request.reasoningTokens);
    this.observeDraft(request);
    add(this.promptSeconds, { model }, seconds(request.promptMs));
    add(this.generationSeconds, { model }, seconds(request.generationMs));
    if (uncachedTokens !== null) {
      this.inputSize.observe({ model }, uncachedTokens + (cachedTokens ?? 0));
    }
    if (outputTokens !== null) this.outputSize.observe({ model }, outputTokens);
    const { generationSpanMs } = request;
    if (generationSpanMs !== null && outputTokens !== null && outputTokens > 1) {
      this.perToken.observe({ model }, generationSpanMs / 1000 / (outputTokens - 1));
    }
  }

  private observeDraft({ model, draftTokens, draftAcceptedTokens }: FinishedRequest): void {
    if (draftTokens === null || draftAcceptedTokens === null) return;
    add(this.draft, { model, result: 'accepted' }, draftAcceptedTokens);
    add(this.draft, { model, result: 'rejected' }, draftTokens - draftAcceptedTokens);
  }
}

function add(counter: Counter, labels: Record<string, string>, value: number | null): void {
  if (value !== null && value >= 0) counter.inc(labels, value);
}

function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000;
}

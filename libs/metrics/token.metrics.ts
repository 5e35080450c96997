import { Registry } from 'prom-client';
import { BUCKETS } from './buckets.js';
import { Distribution, DistributionFamily } from './distribution.family.js';
import { FinishedRequest } from './finished-request.interface.js';
import { Tally, TallyFamily } from './tally.family.js';

/** Families about tokens and the engine's time for them. */
export class TokenMetrics {
  private readonly models = new Map<string, ModelTokens>();
  private readonly families: TokenFamilies;

  constructor(registry: Registry) {
    const counter = (name: string, help: string): TallyFamily =>
      new TallyFamily({ name, help, type: 'counter' }, registry);
    const histogram = (name: string, help: string, buckets: number[]): DistributionFamily =>
      new DistributionFamily({ name, help, buckets }, registry);
    this.families = {
      input: counter('drover_input_tokens_total', 'Prompt tokens'),
      output: counter('drover_output_tokens_total', 'Generated tokens, reasoning included'),
      reasoning: counter('drover_reasoning_tokens_total', 'Generated reasoning tokens'),
      draft: counter('drover_draft_tokens_total', 'Speculated tokens'),
      inputSize: histogram(
        'drover_request_input_tokens',
        'Prompt tokens of a request',
        BUCKETS.tokens,
      ),
      outputSize: histogram(
        'drover_request_output_tokens',
        'Generated tokens of a request',
        BUCKETS.tokens,
      ),
      perToken: histogram(
        'drover_time_per_output_token_seconds',
        'Time between tokens of a stream',
        BUCKETS.perToken,
      ),
      promptSeconds: counter('drover_prompt_seconds_total', 'Engine time for prompts'),
      generationSeconds: counter('drover_generation_seconds_total', 'Engine time for output'),
    };
  }

  /** Counts a finished request. */
  observe(request: FinishedRequest): void {
    let model = this.models.get(request.model);
    if (!model) {
      model = new ModelTokens(request.model, this.families);
      this.models.set(request.model, model);
    }
    model.observe(request);
  }
}

interface TokenFamilies {
  readonly input: TallyFamily;
  readonly output: TallyFamily;
  readonly reasoning: TallyFamily;
  readonly draft: TallyFamily;
  readonly inputSize: DistributionFamily;
  readonly outputSize: DistributionFamily;
  readonly perToken: DistributionFamily;
  readonly promptSeconds: TallyFamily;
  readonly generationSeconds: TallyFamily;
}

/** The series of one model; each is made when it has something to tell. */
class ModelTokens {
  private cached: Tally | null = null;
  private uncached: Tally | null = null;
  private output: Tally | null = null;
  private reasoning: Tally | null = null;
  private accepted: Tally | null = null;
  private rejected: Tally | null = null;
  private promptSeconds: Tally | null = null;
  private generationSeconds: Tally | null = null;
  private inputSize: Distribution | null = null;
  private outputSize: Distribution | null = null;
  private perToken: Distribution | null = null;

  constructor(
    private readonly model: string,
    private readonly families: TokenFamilies,
  ) {}

  observe(request: FinishedRequest): void {
    this.observeInput(request);
    this.observeOutput(request);
    this.observeDraft(request);
    const { model, families } = this;
    if (isCount(request.promptMs)) {
      this.promptSeconds ??= families.promptSeconds.series({ model });
      this.promptSeconds.value += request.promptMs / 1000;
    }
    if (isCount(request.generationMs)) {
      this.generationSeconds ??= families.generationSeconds.series({ model });
      this.generationSeconds.value += request.generationMs / 1000;
    }
  }

  private observeInput({ cachedTokens, uncachedTokens }: FinishedRequest): void {
    const { model, families } = this;
    if (isCount(cachedTokens)) {
      this.cached ??= families.input.series({ model, cached: 'true' });
      this.cached.value += cachedTokens;
    }
    if (uncachedTokens === null) return;
    if (isCount(uncachedTokens)) {
      this.uncached ??= families.input.series({ model, cached: 'false' });
      this.uncached.value += uncachedTokens;
    }
    this.inputSize ??= families.inputSize.series({ model });
    this.inputSize.observe(uncachedTokens + (cachedTokens ?? 0));
  }

  private observeOutput(request: FinishedRequest): void {
    const { model, families } = this;
    const { outputTokens, reasoningTokens, generationSpanMs } = request;
    if (isCount(reasoningTokens)) {
      this.reasoning ??= families.reasoning.series({ model });
      this.reasoning.value += reasoningTokens;
    }
    if (outputTokens === null) return;
    if (isCount(outputTokens)) {
      this.output ??= families.output.series({ model });
      this.output.value += outputTokens;
    }
    this.outputSize ??= families.outputSize.series({ model });
    this.outputSize.observe(outputTokens);
    if (generationSpanMs === null || outputTokens <= 1) return;
    this.perToken ??= families.perToken.series({ model });
    this.perToken.observe(generationSpanMs / 1000 / (outputTokens - 1));
  }

  private observeDraft({ draftTokens, draftAcceptedTokens }: FinishedRequest): void {
    if (draftTokens === null || draftAcceptedTokens === null) return;
    const { model, families } = this;
    if (isCount(draftAcceptedTokens)) {
      this.accepted ??= families.draft.series({ model, result: 'accepted' });
      this.accepted.value += draftAcceptedTokens;
    }
    const rejected = draftTokens - draftAcceptedTokens;
    if (!isCount(rejected)) return;
    this.rejected ??= families.draft.series({ model, result: 'rejected' });
    this.rejected.value += rejected;
  }
}

/** Known, and nothing that would make a counter fall. */
function isCount(value: number | null): value is number {
  return value !== null && value >= 0;
}

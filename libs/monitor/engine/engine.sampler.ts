import { EngineSample, EngineSources, UNKNOWN_SAMPLE } from './engine-sample.interface.js';
import {
  EnginePoll,
  LlamaPoll,
  ProxiedTraffic,
  SglangPoll,
  VllmPoll,
} from './engine-poll.interface.js';
import { CounterStep, GrowingCounter } from './growing-counter.js';
import { ratio } from './llama-metrics.js';
import { percent } from './llama-slots.js';
import { TokenTotal } from './token-total.js';

type Figures = Partial<EngineSample>;

/**
 * Turns the polls of one engine into samples. Speeds come from differences of counters over the time
 * since the last good poll, never from the engine's own gauges. A restart begins a new baseline.
 */
export class EngineSampler {
  private readonly generated = new GrowingCounter();
  private readonly prompt = new GrowingCounter();
  private readonly generationSeconds = new GrowingCounter();
  private readonly promptSeconds = new GrowingCounter();
  private readonly decodeCount = new GrowingCounter();
  private readonly tokens = new TokenTotal();
  private processStart: number | null = null;
  /** Counter of the last poll, as it was printed. */
  private finished = 0;
  private evaluationMs: number | null = null;
  private promptEvaluationMs: number | null = null;

  /** Generated tokens since monitoring began, over all restarts of the engine; never falls. */
  get generatedTotal(): number {
    return this.generated.total;
  }

  /** Prompt tokens likewise. */
  get promptTotal(): number {
    return this.prompt.total;
  }

  /** The engine's process is a new one. */
  restart(): void {
    const counters = [this.generated, this.prompt, this.generationSeconds];
    for (const counter of [...counters, this.promptSeconds, this.decodeCount]) counter.restart();
    this.tokens.restart();
    this.evaluationMs = null;
    this.promptEvaluationMs = null;
  }

  /** The sample of a good poll at `atMs` (monotonic) and `timestamp` (Unix), both milliseconds. */
  sample(poll: EnginePoll, atMs: number, timestamp: number): EngineSample {
    const { processStart } = poll;
    if (this.processStart !== null && processStart !== null && processStart !== this.processStart) {
      this.restart();
    }
    this.processStart = processStart ?? this.processStart;
    const figures = this.figures(poll, atMs);
    return { ...UNKNOWN_SAMPLE, ...figures, timestamp, ok: true, engine: poll.engine };
  }

  private figures(poll: EnginePoll, atMs: number): Figures {
    if (poll.engine === 'llama.cpp') return this.llama(poll, atMs);
    if (poll.engine === 'vllm') return this.vllm(poll, atMs);
    if (poll.engine === 'sglang') return this.sglang(poll, atMs);
    return this.proxied(poll.traffic, atMs);
  }

  private llama(poll: LlamaPoll, atMs: number): Figures {
    const { metrics, slots, traffic } = poll;
    const finished = metrics?.tokensGenerated ?? null;
    if (finished === null) return { ...this.proxied(traffic, atMs), ...llamaContext(poll) };
    const live = { proxy: traffic.liveTokens };
    const decodedByTask = slots?.decodedByTask ?? (traffic.inFlight > 0 ? live : {});
    const resolution = metrics?.tokensGeneratedResolution ?? 1;
    if (this.hasFallen(finished)) this.restart();
    this.finished = finished;
    const tokensGenerated = this.tokens.read({ finished, resolution, decodedByTask });
    const generated = this.generated.read(tokensGenerated, atMs);
    const prompt = this.prompt.read(metrics?.promptTokens ?? null, atMs);
    const generation = this.generationSeconds.read(metrics?.generationSeconds ?? null, atMs);
    const reading = this.promptSeconds.read(metrics?.promptSeconds ?? null, atMs);
    this.remember(generation, reading);
    return {
      ...llamaContext(poll),
      tokensGenerated,
      tokensPerSecond: generated.perSecond,
      promptTokens: metrics?.promptTokens ?? null,
      promptTokensPerSecond: prompt.perSecond,
      queuedRequests: metrics?.queued ?? null,
      ...this.evaluation(traffic),
      kvUsageRatio: metrics?.kvUsageRatio ?? null,
      draftAcceptanceRatio: metrics?.draftAcceptanceRatio ?? null,
      sources: {
        tokens: slots ? 'slots+metrics' : 'metrics',
        context: contextSource(poll),
        evaluation: this.evaluationSource(traffic),
      },
    };
  }

  private hasFallen(finished: number): boolean {
    return finished < this.finished;
  }

  private vllm({ metrics, maxSequences, traffic }: VllmPoll, atMs: number): Figures {
    const generated = this.generated.read(metrics.tokensGenerated, atMs);
    const prompt = this.prompt.read(metrics.promptTokens, atMs);
    const seconds = this.generationSeconds.read(metrics.decodeSeconds, atMs);
    const count = this.decodeCount.read(metrics.decodeCount, atMs);
    const mean = ratio(seconds.growth, count.growth);
    if (mean !== null) this.evaluationMs = mean * 1000;
    return {
      tokensGenerated: metrics.tokensGenerated,
      tokensPerSecond: generated.perSecond,
      promptTokens: metrics.promptTokens,
      promptTokensPerSecond: prompt.perSecond,
      contextUsed: metrics.contextUsed,
      contextResident: metrics.contextUsed,
      contextTotal: metrics.contextTotal,
      contextPercent: metrics.contextPercent ?? percent(metrics.kvUsageRatio, 1),
      contextPercentMaxSlot: percent(metrics.kvUsageRatioMax, 1),
      busySlots: metrics.busy,
      totalSlots: maxSequences,
      queuedRequests: metrics.queued,
      ...this.evaluation(traffic),
      kvUsageRatio: metrics.kvUsageRatio,
      draftAcceptanceRatio: ratio(metrics.draftAccepted, metrics.draftTokens),
      sources: this.metricSources(traffic),
    };
  }

  private sglang({ metrics, traffic }: SglangPoll, atMs: number): Figures {
    const generated = this.generated.read(metrics.tokensGenerated, atMs);
    const prompt = this.prompt.read(metrics.promptTokens, atMs);
    return {
      tokensGenerated: metrics.tokensGenerated,
      tokensPerSecond: generated.perSecond,
      promptTokens: metrics.promptTokens,
      promptTokensPerSecond: prompt.perSecond,
      contextUsed: metrics.contextUsed,
      contextTotal: metrics.contextTotal,
      contextPercent: percent(metrics.contextUsed, metrics.contextTotal),
      busySlots: metrics.busy,
      queuedRequests: metrics.queued,
      ...this.evaluation(traffic),
      kvUsageRatio: metrics.kvUsageRatio,
      sources: this.metricSources(traffic),
    };
  }

  /** An engine without figures: what the proxy itself has seen. */
  private proxied(traffic: ProxiedTraffic, atMs: number): Figures {
    const { perSecond } = this.generated.read(traffic.seenTokens, atMs);
    return {
      tokensGenerated: this.generated.total,
      tokensPerSecond: perSecond,
      ...this.evaluation(traffic),
      sources: {
        tokens: 'proxy',
        context: null,
        evaluation: this.evaluationSource(traffic),
      },
    };
  }

  /** Growth of the engine's working time in the interval in which requests ended. */
  private remember(generation: CounterStep, prompt: CounterStep): void {
    if (generation.growth !== null && generation.growth > 0) {
      this.evaluationMs = milliseconds(generation.growth);
    }
    if (prompt.growth !== null && prompt.growth > 0) {
      this.promptEvaluationMs = milliseconds(prompt.growth);
    }
  }

  private evaluation(traffic: ProxiedTraffic): Figures {
    return {
      evaluationTimeMs: traffic.generationMs ?? this.evaluationMs,
      promptEvaluationTimeMs: traffic.promptMs ?? this.promptEvaluationMs,
    };
  }

  private evaluationSource({ generationMs }: ProxiedTraffic): EngineSources['evaluation'] {
    if (generationMs !== null) return 'timings';
    return this.evaluationMs === null ? null : 'metrics';
  }

  private metricSources(traffic: ProxiedTraffic): EngineSources {
    return { tokens: 'metrics', context: 'metrics', evaluation: this.evaluationSource(traffic) };
  }
}

/** Seconds as milliseconds, without the noise of the difference of two decimals. */
function milliseconds(seconds: number): number {
  return Math.round(seconds * 1_000_000) / 1000;
}

function contextSource({ slots, metrics }: LlamaPoll): EngineSources['context'] {
  if (slots?.contextUsed !== null && slots?.contextUsed !== undefined) return 'slots';
  return metrics?.kvTokens === null || metrics?.kvTokens === undefined ? null : 'metrics';
}

function llamaContext({ slots, metrics, props, kvUnified }: LlamaPoll): Figures {
  const isIdle = !slots && metrics?.busy === 0;
  const contextUsed = slots?.contextUsed ?? metrics?.kvTokens ?? (isIdle ? 0 : null);
  const contextTotal = slots?.contextTotal ?? propsTotal(props, kvUnified) ?? kvTotal(metrics);
  return {
    contextUsed,
    contextResident: slots?.contextResident ?? null,
    contextTotal,
    contextPercent: percent(contextUsed, contextTotal),
    contextPercentMaxSlot: slots?.maxSlot?.percent ?? (contextUsed === 0 ? 0 : null),
    busySlots: slots?.slotsBusy ?? metrics?.busy ?? null,
    totalSlots: slots?.slotsTotal ?? props?.slotsTotal ?? null,
  };
}

function propsTotal(props: LlamaPoll['props'], kvUnified: boolean | null): number | null {
  const window = props?.contextPerSlot ?? null;
  const slots = props?.slotsTotal ?? null;
  if (window === null || kvUnified || slots === 1) return window;
  return kvUnified === null || slots === null ? null : window * slots;
}

function kvTotal(metrics: LlamaPoll['metrics']): number | null {
  return ratio(metrics?.kvTokens ?? null, metrics?.kvUsageRatio ?? null);
}

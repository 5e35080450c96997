import { AnswerFigures } from './answer-figures.js';
import { ResponseFacts, TokenSource } from './response-facts.interface.js';
import { Timings, hasMeasurement, perSecond } from './timings.js';
import { Usage, wholeInput } from './usage.js';

/** The part of {@link ResponseFacts} that is about tokens and the engine's times. */
export type TokenFigures = Pick<
  ResponseFacts,
  | 'inputTokensTotal'
  | 'cachedTokens'
  | 'cachedDerived'
  | 'cacheCreationTokens'
  | 'inputTokensUncached'
  | 'outputTokens'
  | 'reasoningTokens'
  | 'draftTokens'
  | 'draftAcceptedTokens'
  | 'promptMs'
  | 'generationMs'
  | 'promptPerSecond'
  | 'tokensPerSecond'
  | 'ttftMs'
  | 'queueMs'
  | 'audioSeconds'
  | 'source'
>;

/** Figures of an answer that told nothing. */
export const NO_FIGURES: TokenFigures = {
  inputTokensTotal: null,
  cachedTokens: null,
  cachedDerived: false,
  cacheCreationTokens: null,
  inputTokensUncached: null,
  outputTokens: null,
  reasoningTokens: null,
  draftTokens: null,
  draftAcceptedTokens: null,
  promptMs: null,
  generationMs: null,
  promptPerSecond: null,
  tokensPerSecond: null,
  ttftMs: null,
  queueMs: null,
  audioSeconds: null,
  source: 'none',
};

/**
 * Brings the counts of all API styles to one meaning: `inputTokensTotal` includes cached tokens,
 * `outputTokens` includes reasoning. llama-server's timings go before usage, usage before vLLM's metrics.
 */
export function tokenFigures(answer: AnswerFigures): TokenFigures {
  if (answer.timings) return fromTimings(answer, answer.timings);
  if (answer.usage) return fromUsage(answer, answer.usage);
  if (answer.countedTokens !== null) {
    return { ...NO_FIGURES, inputTokensTotal: answer.countedTokens, source: 'body' };
  }
  const figures = fromMetrics(answer, null);
  return { ...NO_FIGURES, ...figures, source: Object.keys(figures).length ? 'metrics' : 'none' };
}

function fromTimings(answer: AnswerFigures, timings: Timings): TokenFigures {
  const { promptTokens } = timings;
  const told = timings.cachedTokens ?? answer.usage?.cached ?? null;
  const whole = (answer.usage && wholeInput(answer.usage)) ?? answer.evaluatedTokens;
  const rest = whole !== null && promptTokens !== null ? whole - promptTokens : null;
  const derived = told === null && rest !== null && rest >= 0 ? rest : null;
  const cached = told ?? derived;
  return {
    ...NO_FIGURES,
    inputTokensTotal: promptTokens !== null && cached !== null ? promptTokens + cached : whole,
    cachedTokens: cached,
    cachedDerived: derived !== null,
    inputTokensUncached: promptTokens,
    outputTokens: timings.predictedTokens ?? answer.usage?.output ?? null,
    reasoningTokens: answer.usage?.reasoning ?? null,
    draftTokens: timings.draftTokens,
    draftAcceptedTokens: timings.draftAcceptedTokens,
    promptMs: timings.promptMs,
    generationMs: timings.predictedMs,
    promptPerSecond: timings.promptPerSecond,
    tokensPerSecond: timings.predictedPerSecond,
    source: 'timings',
  };
}

function fromUsage(answer: AnswerFigures, usage: Usage): TokenFigures {
  const whole = wholeInput(usage);
  const rest = whole === null ? null : whole - (usage.cached ?? 0);
  // More from a cache than there was at all: one of the two is wrong.
  const uncached = rest === null || rest < 0 ? null : rest;
  const figures: TokenFigures = {
    ...NO_FIGURES,
    inputTokensTotal: whole,
    cachedTokens: usage.cached,
    cacheCreationTokens: usage.cacheCreation,
    inputTokensUncached: uncached,
    outputTokens: usage.output,
    reasoningTokens: usage.reasoning,
    audioSeconds: usage.audioSeconds,
    source: 'usage',
  };
  if (!answer.metrics) return figures;
  const measured = fromMetrics(answer, uncached);
  const source: TokenSource = Object.keys(measured).length ? 'usage+metrics' : 'usage';
  return { ...figures, ...measured, source };
}

function fromMetrics(answer: AnswerFigures, uncached: number | null): Partial<TokenFigures> {
  const times = answer.metrics;
  if (!times || !hasMeasurement(times)) return {};
  return {
    draftTokens: times.draftTokens,
    draftAcceptedTokens: times.draftAcceptedTokens,
    promptMs: times.firstTokenMs,
    generationMs: times.generationMs,
    promptPerSecond: perSecond(uncached, times.firstTokenMs),
    tokensPerSecond: perSecond(1, times.meanTokenMs),
    ttftMs: times.firstTokenMs,
    queueMs: times.queueMs,
  };
}

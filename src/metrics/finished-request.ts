import { ActivityEntry } from '#lib/activity';
import { FinishedRequest } from '#lib/metrics';

/** Label of requests for names that nobody serves: what clients send is no label. */
const UNKNOWN_MODEL = '_unknown';

/** A row of the activity log as the metrics count it. */
export function finishedRequest(entry: ActivityEntry, isKnown: boolean): FinishedRequest {
  const { detail } = entry;
  const { facts } = detail;
  // A count is no work: its tokens were never processed.
  const worked = facts?.source === 'body' || facts?.source === 'error' ? null : facts;
  const durationMs = entry.endedMs - detail.startedMs;
  const forwardedAfterMs = detail.upstreamMs === null ? null : durationMs - detail.upstreamMs;
  return {
    model: isKnown ? entry.model : UNKNOWN_MODEL,
    operation: detail.operation,
    isStream: detail.isStream,
    code: entry.status,
    outcome: detail.outcome,
    durationMs,
    upstreamMs: detail.upstreamMs,
    firstTokenMs: detail.isStream ? detail.ttftMs : null,
    upstreamFirstTokenMs:
      detail.isStream && detail.ttftMs !== null && forwardedAfterMs !== null
        ? Math.max(0, detail.ttftMs - forwardedAfterMs)
        : null,
    generationSpanMs: span(facts?.firstContentMs, facts?.lastContentMs),
    requestBytes: detail.requestBytes,
    responseBytes: detail.responseBytes,
    cachedTokens: worked?.cachedTokens ?? null,
    uncachedTokens: worked?.inputTokensUncached ?? null,
    outputTokens: worked?.outputTokens ?? null,
    reasoningTokens: worked?.reasoningTokens ?? null,
    draftTokens: worked?.draftTokens ?? null,
    draftAcceptedTokens: worked?.draftAcceptedTokens ?? null,
    promptMs: worked?.promptMs ?? null,
    generationMs: worked?.generationMs ?? null,
  };
}

function span(first: number | null | undefined, last: number | null | undefined): number | null {
  return typeof first === 'number' && typeof last === 'number' && last > first
    ? last - first
    : null;
}

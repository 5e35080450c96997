import {
  each,
  FLAG,
  listOf,
  mapOf,
  named,
  nullable,
  NUMBER,
  NUMBER_OR_NULL,
  objectOf,
  oneOf,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  parameter,
  WHOLE,
} from '../openapi/schemas.js';

/** How requests end. */
const OUTCOME = oneOf(['ok', 'client_error', 'server_error', 'cancelled', 'timeout', 'rejected']);

const LEGACY_TOKENS =
  'cache_tokens draft_tokens draft_acc_tokens input_tokens output_tokens prompt_per_second tokens_per_second';

/** Schema of `GET /api/metrics/activity`. */
export const ACTIVITY_PAGE_SCHEMA = named(
  'ActivityPage',
  objectOf({
    data: listOf(
      named(
        'ActivityRow',
        objectOf(
          {
            id: NUMBER,
            timestamp: TIME,
            ...each('model req_path resp_content_type', TEXT),
            resp_status_code: NUMBER,
            tokens: named('LegacyTokens', objectOf(each(LEGACY_TOKENS, NUMBER))),
            duration_ms: NUMBER,
            has_capture: FLAG,
            error_msg: TEXT,
            metadata: mapOf(TEXT),
          },
          ['error_msg', 'metadata'],
        ),
      ),
    ),
    ...each('page limit total total_pages', NUMBER),
  }),
);

const HISTOGRAM = named(
  'SpeedHistogram',
  objectOf({ bins: listOf(NUMBER), ...each('min max binSize p50 p95 p99', NUMBER) }),
);

/** Schema of `GET /api/metrics/stats`. */
export const ACTIVITY_STATS_SCHEMA = named(
  'ActivityStats',
  objectOf({
    ...each('total_requests total_input_tokens total_output_tokens total_cache_tokens', NUMBER),
    ...each('prompt_histogram gen_histogram', nullable(HISTOGRAM)),
  }),
);

const FACT_NUMBERS = `inputTokensTotal cachedTokens cacheCreationTokens inputTokensUncached outputTokens
  reasoningTokens draftTokens draftAcceptedTokens promptMs generationMs promptPerSecond tokensPerSecond
  ttftMs queueMs audioSeconds choices firstContentMs lastContentMs`;

/** What was found in an answer; see `libs/activity/response`. */
const RESPONSE_FACTS = named(
  'ResponseFacts',
  objectOf({
    ...each(FACT_NUMBERS, NUMBER_OR_NULL),
    ...each('cachedDerived tokensPerSecondDerived complete', FLAG),
    ...each('finishReason error errorType', TEXT_OR_NULL),
    source: TEXT,
    contentChunks: NUMBER,
  }),
);

/** Schema of one request in our own form. */
const ACTIVITY_VIEW_SCHEMA = named(
  'ActivityView',
  objectOf({
    ...each('id status durationMs startedMs requestBytes responseBytes', NUMBER),
    ...each('startedAt endedAt', TIME),
    ...each('model path contentType requestId requestedModel upstream operation', TEXT),
    ...each('error keyName clientAddress sessionId', TEXT_OR_NULL),
    isStream: FLAG,
    outcome: OUTCOME,
    ...each('queueMs firstByteMs ttftMs upstreamMs', NUMBER_OR_NULL),
    facts: nullable(RESPONSE_FACTS),
  }),
);

/** Schema of `GET /api/v1/activity`. */
export const ACTIVITY_VIEW_PAGE_SCHEMA = named(
  'ActivityViewPage',
  objectOf({ data: listOf(ACTIVITY_VIEW_SCHEMA), nextCursor: NUMBER_OR_NULL }),
);

const PERCENTILES = named('Percentiles', objectOf(each('p50 p95 p99', NUMBER)));

/** Schema of `GET /api/v1/activity/aggregate`. */
export const ACTIVITY_AGGREGATES_SCHEMA = named(
  'ActivityAggregates',
  objectOf({
    data: listOf(
      named(
        'ActivityAggregate',
        objectOf(
          {
            ...each('model operation', TEXT),
            hour: TIME,
            ...each('requests errors errorRate inputTokens cachedTokens outputTokens', NUMBER),
            ...each('ttftMs queueMs durationMs tokensPerSecond', nullable(PERCENTILES)),
          },
          ['model', 'operation', 'hour'],
        ),
      ),
    ),
  }),
);

/** Models whose requests are meant. */
export const MODELS_PARAMETER = parameter('Exact ids; all models without it.', listOf(TEXT));

/** Parameters that choose requests, with what they mean. */
export const ACTIVITY_FILTER_QUERY = {
  model: MODELS_PARAMETER,
  outcome: parameter('How the request ended.', OUTCOME),
  status: parameter('Class of the status.', oneOf(['1xx', '2xx', '3xx', '4xx', '5xx'])),
  key: 'Name of the key.',
  session: 'Session id.',
  path: 'Exact path.',
  min_duration_ms: parameter('Shortest duration, milliseconds.', { ...WHOLE, minimum: 0 }),
  from: parameter('Inclusive.', TIME),
  to: parameter('Exclusive.', TIME),
};

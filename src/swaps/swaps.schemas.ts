import {
  each,
  listOf,
  named,
  nullable,
  NUMBER,
  NUMBER_OR_NULL,
  objectOf,
  oneOf,
  TEXT,
  TEXT_OR_NULL,
  TIME,
} from '../openapi/schemas.js';

/** Schema of the reason for which requests wait. */
export const WAIT_REASON_SCHEMA = named(
  'WaitReason',
  objectOf({
    kind: oneOf(['busy', 'leaving', 'loading', 'reserved', 'hold', 'limit']),
    models: listOf(TEXT),
  }),
);

/** Schema of the state of a local model's process. */
export const MODEL_STATE_SCHEMA = oneOf(['stopped', 'starting', 'ready', 'stopping', 'shutdown']);

const CANDIDATES = listOf(
  named('PlanCandidate', objectOf({ evict: listOf(TEXT), cost: NUMBER, choice: TEXT }, ['choice'])),
);

/** Schema of one swap decision. */
export const SWAP_DECISION_SCHEMA = named(
  'SwapDecision',
  objectOf({
    ...each('id waiting', NUMBER),
    at: TIME,
    target: TEXT,
    running: listOf(
      objectOf({
        model: TEXT,
        state: MODEL_STATE_SCHEMA,
        ...each('inFlight waiting', NUMBER),
        idleMs: NUMBER_OR_NULL,
      }),
    ),
    evicted: listOf(TEXT),
    choice: TEXT_OR_NULL,
    cost: NUMBER_OR_NULL,
    candidates: CANDIDATES,
    waitReason: nullable(WAIT_REASON_SCHEMA),
    outcome: oneOf(['running', 'ready', 'failed', 'cancelled']),
    tookMs: NUMBER_OR_NULL,
    error: TEXT_OR_NULL,
  }),
);

/** Schema of `GET /api/v1/swaps`. */
export const SWAPS_SCHEMA = named(
  'Swaps',
  objectOf({
    swaps: listOf(SWAP_DECISION_SCHEMA),
    waiting: listOf(
      objectOf({ model: TEXT, requests: NUMBER, reason: nullable(WAIT_REASON_SCHEMA) }),
    ),
  }),
);

/** Schema of the request of `POST /api/v1/plan`. */
export const PLAN_REQUEST_SCHEMA = named(
  'PlanRequest',
  objectOf({ request: TEXT, running: nullable(listOf(TEXT)) }, ['running']),
);

/** Schema of the answer of `POST /api/v1/plan`. */
export const PLAN_SCHEMA = named(
  'PlanAnswer',
  objectOf({
    request: TEXT,
    evict: listOf(TEXT),
    choice: TEXT_OR_NULL,
    cost: NUMBER_OR_NULL,
    candidates: CANDIDATES,
  }),
);

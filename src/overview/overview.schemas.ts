import { listOf, nullable, NUMBER, objectOf, oneOf, TEXT, TIME } from '../openapi/schemas.js';

const REASON = objectOf({
  kind: oneOf(['busy', 'leaving', 'loading', 'reserved', 'hold', 'limit']),
  models: listOf(TEXT),
});

/** Schema of `GET /api/v1/queue`. */
export const QUEUE_SCHEMA = objectOf({
  waiting: listOf(
    objectOf({
      id: NUMBER,
      model: TEXT,
      position: NUMBER,
      waitedMs: NUMBER,
      reason: nullable(REASON),
    }),
  ),
  swaps: listOf(
    objectOf({ id: NUMBER, target: TEXT, evict: listOf(TEXT), waiters: listOf(NUMBER) }),
  ),
});

const LOAD = objectOf({
  stage: nullable(oneOf(['download', 'weights', 'graphs', 'warmup'])),
  percent: nullable(NUMBER),
  source: nullable(oneOf(['log', 'history'])),
  elapsedMs: NUMBER,
  expectedMs: nullable(NUMBER),
});

/** Schema of `GET /api/v1/models`. */
export const MODELS_SCHEMA = objectOf({
  models: listOf(
    objectOf({
      id: TEXT,
      state: oneOf(['stopped', 'starting', 'ready', 'stopping', 'shutdown']),
      inFlight: NUMBER,
      waiting: NUMBER,
      idleMs: nullable(NUMBER),
      loadMs: nullable(NUMBER),
      stopMs: nullable(NUMBER),
      serviceMs: nullable(NUMBER),
      upstream: nullable(TEXT),
      readyAt: nullable(TIME),
      process: nullable({ type: 'object', additionalProperties: { type: ['string', 'number'] } }),
      ttlMs: nullable(NUMBER),
      unloadInMs: nullable(NUMBER),
      unloadAt: nullable(TIME),
      load: nullable(LOAD),
    }),
  ),
});

import {
  each,
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
  TIME_OR_NULL,
} from '../openapi/schemas.js';
import { MODEL_STATE_SCHEMA, WAIT_REASON_SCHEMA } from '../swaps/swaps.schemas.js';

/** Schema of `GET /api/v1/queue`. */
export const QUEUE_SCHEMA = named(
  'Queue',
  objectOf({
    waiting: listOf(
      named(
        'QueuedRequest',
        objectOf({
          ...each('id position waitedMs', NUMBER),
          model: TEXT,
          reason: nullable(WAIT_REASON_SCHEMA),
        }),
      ),
    ),
    swaps: listOf(
      objectOf({ id: NUMBER, target: TEXT, evict: listOf(TEXT), waiters: listOf(NUMBER) }),
    ),
  }),
);

const LOAD = named(
  'LoadProgress',
  objectOf({
    stage: nullable(oneOf(['download', 'weights', 'graphs', 'warmup'])),
    ...each('percent expectedMs', NUMBER_OR_NULL),
    source: nullable(oneOf(['log', 'history'])),
    elapsedMs: NUMBER,
  }),
);

/** Schema of `GET /api/v1/models`. */
export const MODELS_SCHEMA = named(
  'Models',
  objectOf({
    models: listOf(
      named(
        'ModelView',
        objectOf({
          id: TEXT,
          state: MODEL_STATE_SCHEMA,
          ...each('inFlight waiting', NUMBER),
          ...each('idleMs loadMs stopMs serviceMs', NUMBER_OR_NULL),
          upstream: TEXT_OR_NULL,
          readyAt: TIME_OR_NULL,
          process: nullable(mapOf({ type: ['string', 'number'] })),
          ...each('ttlMs unloadInMs', NUMBER_OR_NULL),
          unloadAt: TIME_OR_NULL,
          load: nullable(LOAD),
        }),
      ),
    ),
  }),
);

import {
  each,
  listOf,
  named,
  NUMBER_OR_NULL,
  objectOf,
  oneOf,
  TEXT,
  TIME,
  TIME_OR_NULL,
} from '../openapi/schemas.js';
import { SWAP_DECISION_SCHEMA } from '../swaps/swaps.schemas.js';

/** Schema of `GET /api/v1/timeline`. */
export const TIMELINE_SCHEMA = named(
  'Timeline',
  objectOf({
    ...each('from to since', TIME),
    initial: listOf(objectOf(each('model state', TEXT))),
    states: listOf(objectOf({ ...each('model state', TEXT), at: TIME })),
    swaps: listOf(SWAP_DECISION_SCHEMA),
    requests: listOf(
      named(
        'RequestSpan',
        objectOf({
          ...each('id model path', TEXT),
          at: TIME,
          ...each('grantedAt endedAt', TIME_OR_NULL),
          outcome: oneOf(['running', 'done', 'failed', 'cancelled']),
          status: NUMBER_OR_NULL,
        }),
      ),
    ),
    marks: listOf(
      objectOf({ kind: oneOf(['reload', 'profile', 'start', 'order']), at: TIME, text: TEXT }),
    ),
  }),
);

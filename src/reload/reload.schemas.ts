import {
  each,
  FLAG,
  listOf,
  named,
  nullable,
  objectOf,
  oneOf,
  TEXT,
  TIME,
} from '../openapi/schemas.js';

/** Schema of `POST /api/config/reload`. */
export const RELOAD_REPORT_SCHEMA = named(
  'ReloadReport',
  objectOf({
    trigger: oneOf(['signal', 'watch', 'api']),
    at: TIME,
    outcome: oneOf(['applied', 'unchanged', 'rejected']),
    ...each('problems warnings needsRestart', listOf(TEXT)),
    changes: nullable(
      named('ModelChanges', objectOf(each('added removed restarted updated', listOf(TEXT)))),
    ),
  }),
);

/** Schema of `GET /api/config/status`. */
export const CONFIG_STATUS_SCHEMA = named(
  'ConfigStatus',
  objectOf({ reloading: FLAG, last: nullable(RELOAD_REPORT_SCHEMA) }),
);

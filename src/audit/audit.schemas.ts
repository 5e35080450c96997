import {
  each,
  listOf,
  named,
  NUMBER_OR_NULL,
  objectOf,
  oneOf,
  TEXT,
  TEXT_OR_NULL,
  TIME,
} from '../openapi/schemas.js';

/** Schema of `GET /api/v1/audit`. */
export const AUDIT_SCHEMA = named(
  'AuditEntries',
  objectOf({
    entries: listOf(
      named(
        'AuditEntry',
        objectOf({
          at: TIME,
          ...each('who what', TEXT),
          ...each('target code requestId address', TEXT_OR_NULL),
          result: oneOf(['done', 'failed', 'denied']),
          status: NUMBER_OR_NULL,
        }),
      ),
    ),
  }),
);

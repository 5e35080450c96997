import {
  each,
  listOf,
  mapOf,
  named,
  NUMBER,
  objectOf,
  oneOf,
  TEXT,
  TEXT_OR_NULL,
} from '../openapi/schemas.js';

/** Schema of `GET /api/captures/{id}`; bodies are Base64. */
export const CAPTURE_SCHEMA = named(
  'Capture',
  objectOf(
    {
      id: NUMBER,
      req_path: TEXT,
      ...each('req_headers resp_headers', mapOf(TEXT)),
      ...each('req_body resp_body', TEXT_OR_NULL),
      truncated: listOf(oneOf(['request', 'response'])),
    },
    ['truncated'],
  ),
);

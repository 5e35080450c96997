import { FLAG, NUMBER, TEXT, TIME, listOf, nullable, objectOf, oneOf } from '../openapi/schemas.js';

const STATE = oneOf(['stopped', 'starting', 'ready', 'stopping', 'shutdown']);
const BYTES = nullable(NUMBER);

const DEVICE = objectOf({
  device: TEXT,
  name: nullable(TEXT),
  totalBytes: BYTES,
  usedBytes: BYTES,
  freeBytes: BYTES,
  otherBytes: BYTES,
  models: listOf(
    objectOf({
      model: TEXT,
      bytes: NUMBER,
      source: oneOf(['driver', 'system', 'learned', 'configured']),
      isEstimate: FLAG,
    }),
  ),
});

const MODEL = objectOf({
  model: TEXT,
  state: STATE,
  processes: nullable(NUMBER),
  residentBytes: BYTES,
  ownBytes: BYTES,
  cpuSeconds: nullable(NUMBER),
  need: nullable(
    objectOf({
      source: oneOf(['learned', 'configured']),
      bytes: { type: 'object', additionalProperties: NUMBER },
    }),
  ),
});

/** Schema of `GET /api/v1/memory`. */
export const MEMORY_SCHEMA = objectOf({ at: TIME, devices: listOf(DEVICE), models: listOf(MODEL) });

import {
  FLAG,
  NUMBER,
  TEXT,
  TIME,
  listOf,
  named,
  nullable,
  objectOf,
  oneOf,
} from '../openapi/schemas.js';

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
export const MEMORY_SCHEMA = named(
  'MemoryMap',
  objectOf({
    at: TIME,
    devices: listOf(named('MemoryDevice', DEVICE)),
    models: listOf(named('ModelMemory', MODEL)),
  }),
);

/** Schema of `GET /api/v1/memory/history`. */
export const MEMORY_HISTORY_SCHEMA = named(
  'MemoryHistory',
  objectOf({
    points: listOf(
      objectOf({
        at: TIME,
        devices: listOf(
          objectOf({
            device: TEXT,
            totalBytes: BYTES,
            usedBytes: BYTES,
            models: listOf(objectOf({ model: TEXT, bytes: NUMBER })),
          }),
        ),
      }),
    ),
  }),
);

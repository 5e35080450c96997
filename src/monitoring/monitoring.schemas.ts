import {
  each,
  FLAG,
  listOf,
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

const STATUS = {
  ...each('modelName state', TEXT),
  ...each('isRunning managed polling', FLAG),
  ...each('pid port uptimeSeconds loadSeconds', NUMBER_OR_NULL),
  ...each('host error', TEXT_OR_NULL),
  startedAt: TIME_OR_NULL,
};

/** Schema of the state of one model or registered server. */
export const MODEL_STATUS_SCHEMA = named('EngineModel', objectOf(STATUS));

/** Schema of `GET /api/v1/llama/status`. */
export const STATUS_SCHEMA = named(
  'EngineStatus',
  objectOf({
    ...each('running maxParallelModels', NUMBER),
    models: listOf(MODEL_STATUS_SCHEMA),
    system: objectOf(each('cpuPercent memUsedBytes memTotalBytes', NUMBER_OR_NULL)),
  }),
);

/** Schema of a model that was found and could be served or watched. */
const CANDIDATE_SCHEMA = named(
  'EngineCandidate',
  objectOf({
    modelName: TEXT,
    ...each('path engine host', TEXT_OR_NULL),
    ...each('sizeBytes port', NUMBER_OR_NULL),
    known: FLAG,
  }),
);

/** Schema of `GET /api/v1/llama/models`. */
export const STATUS_MODELS_SCHEMA = named(
  'EngineModels',
  objectOf({
    models: listOf(objectOf({ ...STATUS, origin: oneOf(['configured', 'registered']) })),
    discovered: listOf(CANDIDATE_SCHEMA),
  }),
);

/** Schema of the request of `POST /api/v1/llama/discover`. */
export const DISCOVERY_REQUEST_SCHEMA = named(
  'DiscoveryRequest',
  objectOf({ paths: listOf(TEXT), addresses: listOf(TEXT), register: FLAG }, [
    'paths',
    'addresses',
    'register',
  ]),
);

/** Schema of its answer. */
export const DISCOVERY_SCHEMA = named(
  'Discovery',
  objectOf({
    candidates: listOf(CANDIDATE_SCHEMA),
    registered: listOf(TEXT),
    warnings: listOf(TEXT),
  }),
);

const SAMPLE_NUMBERS = `tokensGenerated tokensPerSecond promptTokens promptTokensPerSecond contextUsed
  contextResident contextTotal contextPercent contextPercentMaxSlot busySlots totalSlots queuedRequests
  evaluationTimeMs promptEvaluationTimeMs kvUsageRatio draftAcceptanceRatio`;

const SAMPLE = named(
  'EngineSample',
  objectOf({
    timestamp: NUMBER,
    ok: FLAG,
    engine: nullable(oneOf(['llama.cpp', 'vllm', 'sglang'])),
    ...each(SAMPLE_NUMBERS, NUMBER_OR_NULL),
    sources: objectOf(each('tokens context evaluation', TEXT_OR_NULL)),
    error: TEXT_OR_NULL,
  }),
);

/** Schema of `GET /api/v1/llama/models/{name}/metrics`. */
export const ENGINE_METRICS_SCHEMA = named(
  'EngineMetrics',
  objectOf({
    ...each('modelName state', TEXT),
    registered: FLAG,
    ...each('intervalMs historyLimit', NUMBER),
    latest: nullable(SAMPLE),
    history: listOf(SAMPLE),
  }),
);

/** Schema of the request of `POST /api/v1/llama/models`. */
export const REGISTRATION_SCHEMA = named(
  'Registration',
  objectOf(
    {
      ...each('modelName path host apiKey', TEXT),
      ...each('port intervalMs', NUMBER),
      engine: oneOf(['llama.cpp', 'vllm', 'sglang']),
      args: listOf(TEXT),
    },
    ['path', 'args', 'host', 'port', 'engine', 'apiKey', 'intervalMs'],
  ),
);

/** Schema of the answer of `DELETE /api/v1/llama/models/{name}`. */
export const UNREGISTERED_SCHEMA = objectOf({ modelName: TEXT });

/** Schema of the request that starts or stops polling. */
export const POLLING_REQUEST_SCHEMA = named(
  'PollingRequest',
  objectOf({ enabled: FLAG, intervalMs: NUMBER }, ['enabled', 'intervalMs']),
);

/** Schema of its answer. */
export const POLLING_SCHEMA = named(
  'Polling',
  objectOf({ modelName: TEXT, polling: FLAG, intervalMs: NUMBER }),
);

/** Schema of the request that starts a model. */
export const START_REQUEST_SCHEMA = named(
  'StartRequest',
  objectOf(
    { wait: FLAG, timeoutMs: NUMBER, overrides: objectOf({ args: listOf(TEXT) }, ['args']) },
    ['wait', 'timeoutMs', 'overrides'],
  ),
);

/** Schema of its answer. */
export const STARTED_SCHEMA = named(
  'Started',
  objectOf(
    {
      ...each('modelName state', TEXT),
      ...each('pid port', NUMBER_OR_NULL),
      host: TEXT_OR_NULL,
      alreadyRunning: { const: true },
      overridesApplied: FLAG,
    },
    ['alreadyRunning', 'overridesApplied'],
  ),
);

/** Schema of the request that stops a model. */
export const STOP_REQUEST_SCHEMA = named(
  'StopRequest',
  objectOf({ force: FLAG, timeoutMs: NUMBER }, ['force', 'timeoutMs']),
);

/** Schema of its answer. */
export const STOPPED_SCHEMA = named(
  'Stopped',
  objectOf(
    {
      modelName: TEXT,
      state: { const: 'stopped' },
      forced: FLAG,
      exitCode: NUMBER_OR_NULL,
      signal: TEXT_OR_NULL,
      alreadyStopped: { const: true },
    },
    ['forced', 'exitCode', 'signal', 'alreadyStopped'],
  ),
);

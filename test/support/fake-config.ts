import { DroverConfig, ModelConfig, PeerConfig, TimeoutsConfig } from '#lib/config';

const timeouts: TimeoutsConfig = {
  connect: 30,
  keepalive: 30,
  responseHeader: 0,
  tlsHandshake: 10,
  expectContinue: 1,
  idleConn: 90,
};

const filters = { stripParams: [], setParams: {}, setParamsByID: new Map() };

/** A validated model with every default filled in. */
export function fakeModel(id: string, more: Partial<ModelConfig> = {}): ModelConfig {
  return {
    id,
    cmd: `serve ${id}`,
    cmdStop: '',
    proxy: 'http://127.0.0.1:9',
    port: null,
    checkEndpoint: '/health',
    aliases: [],
    env: [],
    ttl: 0,
    unloadTimeout: 10,
    healthCheckTimeout: 120,
    unlisted: false,
    useModelName: '',
    name: '',
    description: '',
    concurrencyLimit: 0,
    queueLimit: null,
    filters,
    metadata: {},
    sendLoadingState: false,
    timeouts,
    ignoreWebsockets: false,
    capabilities: null,
    runtime: 'local',
    memory: null,
    ...more,
  };
}

/** A validated peer. */
export function fakePeer(id: string, more: Partial<PeerConfig> = {}): PeerConfig {
  const tls = { caFile: '', insecure: false };
  const defaults = { apiKey: '', models: [], filters, timeouts, healthPath: '/health', tls };
  return { id, proxy: 'http://127.0.0.1:9', ...defaults, ...more };
}

/** A validated configuration with these models and every default filled in. */
export function fakeConfig(
  models: readonly ModelConfig[],
  more: Partial<DroverConfig> = {},
): DroverConfig {
  return {
    healthCheckTimeout: 120,
    logLevel: 'info',
    logTimeFormat: '',
    logToStdout: 'proxy',
    metricsMaxInMemory: 1000,
    captureBuffer: 0,
    captureBodyBytes: 1024 * 1024,
    captureRedactHeaders: [],
    storePath: null,
    storeLimits: { maxRows: 0, maxAgeMs: 0, maxBytes: 0 },
    sessionIdHeaders: [],
    performanceDisabled: true,
    performanceEveryMs: 5000,
    metrics: { legacy: true, auth: 'inherit', token: '' },
    telemetry: {
      endpoint: null,
      headers: {},
      traces: true,
      metrics: true,
      everyMs: 60_000,
      serviceName: 'drover',
    },
    monitoring: { maxParallelModels: 4, modelDirectories: [], enableEngineMetrics: true },
    globalTTL: 0,
    unloadTimeout: 10,
    startPort: 5800,
    sendLoadingState: false,
    includeAliasesInList: false,
    apiKeys: [],
    namedKeys: [],
    jwt: null,
    audit: { path: null, maxBytes: 1024, files: 1 },
    preload: [],
    ignorePaths: [],
    models: new Map(models.map((model) => [model.id, model])),
    routing: {
      planner: { use: 'group', settings: { groups: new Map() } },
      scheduler: { use: 'fair', settings: {} },
      priority: new Map(),
    },
    selectors: new Map(),
    profiles: new Map(),
    peers: new Map(),
    peering: { failover: false, probeEveryMs: 0, probeTimeoutMs: 5000 },
    allowedHosts: [],
    trustedProxies: [],
    corsOrigins: ['*'],
    bodyLimitBytes: 64 * 1024 * 1024,
    serverLimits: {
      headersTimeoutMs: 15_000,
      bodyRateBytes: 500,
      bodyWindowMs: 20_000,
      keepAliveTimeoutMs: 125_000,
      checkIntervalMs: 5000,
      maxConnections: 0,
      maxRequestsPerConnection: 0,
    },
    basePath: '',
    requestIds: 'auto',
    management: { listen: '', startupAfterPreload: false },
    shutdown: { preStopDelayMs: 0, drainTimeoutMs: null },
    tls: { clientCa: '', clientSubjects: [] },
    plugins: [],
    macros: [],
    ...more,
  };
}

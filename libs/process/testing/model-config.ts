import { ModelConfig } from '#lib/config';

/** A model's configuration with everything at its default but what `changes` says. */
export function modelConfig(changes: Partial<ModelConfig> = {}): ModelConfig {
  return {
    id: 'm',
    cmd: 'serve --port 5800',
    cmdStop: '',
    port: null,
    proxy: 'http://127.0.0.1:5800',
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
    filters: { stripParams: [], setParams: {}, setParamsByID: new Map() },
    metadata: {},
    sendLoadingState: false,
    timeouts: {
      connect: 30,
      keepalive: 30,
      responseHeader: 0,
      tlsHandshake: 10,
      expectContinue: 1,
      idleConn: 90,
    },
    ignoreWebsockets: false,
    capabilities: null,
    runtime: 'local',
    memory: null,
    ...changes,
  };
}

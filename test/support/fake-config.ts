import { DroverConfig, ModelConfig, parseConfigText, PeerConfig } from '#lib/config';

const TEXT = `
models: {m: {cmd: serve, proxy: "http://127.0.0.1:9"}}
peers: {p: {proxy: "http://127.0.0.1:9", models: [m], timeouts: {responseHeader: 0}}}
`;

/** What a file that says next to nothing means; defaults are thus written down in one place only. */
const DEFAULTS = parseConfigText(TEXT, { env: {}, cwd: '/', platform: 'linux' }).config!;

/** A validated model with every default filled in. */
export function fakeModel(id: string, more: Partial<ModelConfig> = {}): ModelConfig {
  return { ...DEFAULTS.models.get('m')!, id, cmd: `serve ${id}`, ...more };
}

/** A validated peer. */
export function fakePeer(id: string, more: Partial<PeerConfig> = {}): PeerConfig {
  return { ...DEFAULTS.peers.get('p')!, id, models: [], ...more };
}

/**
 * A validated configuration with these models and every default filled in, but without captures,
 * system statistics, probes of peers and paths that load no model.
 */
export function fakeConfig(
  models: readonly ModelConfig[],
  more: Partial<DroverConfig> = {},
): DroverConfig {
  return {
    ...DEFAULTS,
    captureBuffer: 0,
    performanceDisabled: true,
    ignorePaths: [],
    sessionIdHeaders: [],
    models: new Map(models.map((model) => [model.id, model])),
    peers: new Map(),
    peering: { ...DEFAULTS.peering, probeEveryMs: 0 },
    shutdown: { ...DEFAULTS.shutdown, preStopDelayMs: 0 },
    ...more,
  };
}

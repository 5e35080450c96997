import { AuditConfig, JwtConfig, NamedKeyConfig } from '../access.interface.js';
import {
  DroverConfig,
  MetricsConfig,
  RoutingConfig,
  SelectorConfig,
  TelemetryConfig,
} from '../config.interface.js';
import { NameIndex } from '../checks/name-index.js';
import { AuditOptions } from '../options/access.options.js';
import { DroverOptions } from '../options/drover.options.js';
import { DEFAULT_IGNORE_PATHS, PERFORMANCE_EVERY_MIN_MS } from '../options/section.options.js';
import { SelectorOptions } from '../options/selector.options.js';
import { Macro } from '../macros/macro.js';
import { deepFreeze } from './deep-freeze.js';
import { resolveGateway } from './resolve-gateway.js';
import { resolveModel, resolvePeer } from './resolve-model.js';

const HEALTH_CHECK_MIN_S = 15;
const DEFAULT_UNLOAD_TIMEOUT_S = 10;

/** What the checks have found out and the options do not say. */
export interface Findings {
  readonly names: NameIndex;
  readonly routing: RoutingConfig;
  readonly namedKeys: readonly NamedKeyConfig[];
  readonly jwt: JwtConfig | null;
  readonly macros: readonly Macro[];
  readonly ports: ReadonlyMap<string, number>;
}

/** The configuration that Drover works with: defaults and inheritance applied, frozen. */
export function resolveConfig(options: DroverOptions, findings: Findings): DroverConfig {
  const { names, routing, macros, namedKeys, jwt } = findings;
  const inherited = {
    globalTTL: options.globalTTL,
    unloadTimeout: options.unloadTimeout || DEFAULT_UNLOAD_TIMEOUT_S,
    healthCheckTimeout: Math.max(HEALTH_CHECK_MIN_S, options.healthCheckTimeout),
    sendLoadingState: options.sendLoadingState,
  };
  return deepFreeze({
    ...inherited,
    ...sectionValues(options),
    namedKeys,
    jwt,
    preload: preloadList(options, names),
    models: new Map(
      [...options.models].map(([id, model]) => {
        const port = findings.ports.get(id) ?? null;
        return [id, resolveModel(id, model, { inherited, port })];
      }),
    ),
    routing,
    selectors: mapValues(options.selectors, resolveSelector),
    profiles: mapValues(options.profiles, ({ description, pins }) => ({ description, pins })),
    peers: new Map([...options.peers].map(([id, peer]) => [id, resolvePeer(id, peer)])),
    macros: macros.map(({ name, content }): [string, string | number | boolean] => [
      name,
      content.value ?? '',
    ]),
  });
}

type SectionValues = Omit<
  DroverConfig,
  | 'globalTTL'
  | 'unloadTimeout'
  | 'healthCheckTimeout'
  | 'sendLoadingState'
  | 'namedKeys'
  | 'jwt'
  | 'preload'
  | 'models'
  | 'routing'
  | 'selectors'
  | 'profiles'
  | 'peers'
  | 'macros'
>;

function sectionValues(options: DroverOptions): SectionValues {
  const { ignorePaths } = options.upstream;
  return {
    logLevel: options.logLevel,
    logTimeFormat: options.logTimeFormat,
    logToStdout: options.logToStdout as DroverConfig['logToStdout'],
    metricsMaxInMemory: options.metricsMaxInMemory,
    captureBuffer: options.captureBuffer,
    captureBodyBytes: options.captures.bodyBytes,
    captureRedactHeaders: headerList(options.captures.redactHeaders),
    storePath: options.store?.path ?? null,
    storeLimits: {
      maxRows: options.store?.maxRows ?? 0,
      maxAgeMs: options.store?.maxAge ?? 0,
      maxBytes: options.store?.maxBytes ?? 0,
    },
    sessionIdHeaders: headerList(options.ui.activity.session_id),
    performanceDisabled: options.performance.disabled,
    performanceEveryMs: options.performance.every || PERFORMANCE_EVERY_MIN_MS,
    monitoring: {
      maxParallelModels: options.monitoring.maxParallelModels,
      modelDirectories: options.monitoring.modelDirectories,
      enableEngineMetrics: options.monitoring.enableEngineMetrics,
    },
    metrics: {
      legacy: options.metrics.legacy,
      auth: options.metrics.auth as MetricsConfig['auth'],
      token: options.metrics.token,
    },
    telemetry: resolveTelemetry(options),
    startPort: options.startPort,
    includeAliasesInList: options.includeAliasesInList,
    apiKeys: options.apiKeys.filter((key) => typeof key === 'string'),
    audit: auditConfig(options.audit),
    ignorePaths: ignorePaths.length > 0 ? ignorePaths : DEFAULT_IGNORE_PATHS,
    plugins: options.plugins,
    allowedHosts: options.allowedHosts,
    trustedProxies: options.trustedProxies,
    corsOrigins: options.cors.origins,
    peering: {
      failover: options.peering.failover,
      probeEveryMs: options.peering.probeEvery,
      probeTimeoutMs: options.peering.probeTimeout,
    },
    ...resolveGateway(options),
  };
}

function auditConfig({ path, maxBytes, files }: AuditOptions): AuditConfig {
  return { path: path.trim() || null, maxBytes, files };
}

function resolveTelemetry({ telemetry }: DroverOptions): TelemetryConfig {
  const { endpoint, headers, traces, metrics, every, serviceName } = telemetry;
  return {
    endpoint: endpoint || null,
    headers: Object.fromEntries(headers),
    traces,
    metrics,
    everyMs: every,
    serviceName,
  };
}

/** Trimmed, without blanks; of names that differ in case only the first one stays. */
function headerList(names: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const name of names.map((text) => text.trim())) {
    if (name !== '' && !byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), name);
  }
  return [...byName.values()];
}

/** Names without a local model are dropped; the checks have warned about them. */
function preloadList({ hooks }: DroverOptions, names: NameIndex): string[] {
  return hooks.on_startup.preload.flatMap((name) => names.local(name.trim()) ?? []);
}

function resolveSelector(options: SelectorOptions): SelectorConfig {
  const { targets, name, description, unlisted } = options;
  return {
    strategy: options.strategy as SelectorConfig['strategy'],
    targets,
    spillover: options.settings.spillover,
    name,
    description,
    unlisted,
    metadata: Object.fromEntries(options.metadata),
  };
}

function mapValues<From, To>(
  map: ReadonlyMap<string, From>,
  convert: (value: From) => To,
): Map<string, To> {
  return new Map([...map].map(([key, value]) => [key, convert(value)]));
}

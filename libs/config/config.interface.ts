import { AuditConfig, JwtConfig, NamedKeyConfig } from './access.interface.js';

/** What the file of the activity log keeps; 0 = no limit. */
export interface StoreLimits {
  readonly maxRows: number;
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

/**
 * The validated configuration: macros expanded, defaults and inheritance applied, everything frozen.
 * Field names follow the file format; units that the file format leaves to its documentation are
 * in the comments. Maps keep the order of definition unless said otherwise.
 */
export interface DroverConfig {
  /** Seconds a model may take from start to its first healthy answer. */
  readonly healthCheckTimeout: number;
  readonly logLevel: string;
  readonly logTimeFormat: string;
  readonly logToStdout: 'proxy' | 'upstream' | 'both' | 'none';
  readonly metricsMaxInMemory: number;
  /** MiB; 0 or less switches captures off. */
  readonly captureBuffer: number;
  /** Longest body that a capture holds whole, bytes. */
  readonly captureBodyBytes: number;
  /** Headers that captures blank besides the usual ones. */
  readonly captureRedactHeaders: readonly string[];
  /** SQLite file of the activity log, or null for memory. */
  readonly storePath: string | null;
  /** What that file keeps; no effect without it. */
  readonly storeLimits: StoreLimits;
  readonly sessionIdHeaders: readonly string[];
  readonly performanceDisabled: boolean;
  readonly performanceEveryMs: number;
  readonly monitoring: MonitoringConfig;
  readonly metrics: MetricsConfig;
  readonly telemetry: TelemetryConfig;
  readonly globalTTL: number;
  readonly unloadTimeout: number;
  readonly startPort: number;
  readonly sendLoadingState: boolean;
  readonly includeAliasesInList: boolean;
  /** Keys without a name, as written; they may do everything. */
  readonly apiKeys: readonly string[];
  /** Keys with a name, rights and limits. */
  readonly namedKeys: readonly NamedKeyConfig[];
  /** Null when no tokens are accepted. */
  readonly jwt: JwtConfig | null;
  readonly audit: AuditConfig;
  readonly preload: readonly string[];
  /** RE2 expressions as written. */
  readonly ignorePaths: readonly string[];
  readonly models: ReadonlyMap<string, ModelConfig>;
  readonly routing: RoutingConfig;
  readonly selectors: ReadonlyMap<string, SelectorConfig>;
  readonly profiles: ReadonlyMap<string, ProfileConfig>;
  readonly peers: ReadonlyMap<string, PeerConfig>;
  readonly peering: PeeringConfig;
  /** Names of plugin packages to load. */
  readonly plugins: readonly string[];
  /** Host names accepted besides localhost on a loopback listener. */
  readonly allowedHosts: readonly string[];
  /** Networks (CIDR) of the proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Origins of other pages that may call the API, such as `https://app.example`; `*` is any. */
  readonly corsOrigins: readonly string[];
  /** Largest request body in bytes. */
  readonly bodyLimitBytes: number;
  readonly serverLimits: ServerLimitsConfig;
  /** Path under which a gateway shows Drover, without slash at the end; empty for none. */
  readonly basePath: string;
  /** Whether requests carry an id; see {@link DroverConfig.trustedProxies} for `auto`. */
  readonly requestIds: 'auto' | 'always' | 'never';
  readonly management: ManagementConfig;
  readonly shutdown: ShutdownConfig;
  readonly tls: ServerTlsConfig;
  /** Global macros in order of declaration. */
  readonly macros: readonly (readonly [name: string, value: string | number | boolean])[];
}

/** What clients may take of the HTTP server. 0 is no limit everywhere. */
export interface ServerLimitsConfig {
  /** Milliseconds for the head of a request. */
  readonly headersTimeoutMs: number;
  /** Least bytes per second of a body. */
  readonly bodyRateBytes: number;
  /** Milliseconds over which that is measured. */
  readonly bodyWindowMs: number;
  /** Milliseconds that an idle connection stays open. */
  readonly keepAliveTimeoutMs: number;
  /** Milliseconds between two looks at the connections. */
  readonly checkIntervalMs: number;
  readonly maxConnections: number;
  readonly maxRequestsPerConnection: number;
}

/** Probes and metrics. */
export interface ManagementConfig {
  /** `host:port` of a listener of their own; empty for none. */
  readonly listen: string;
  /** Whether the start counts as over only when the preload list has been gone through. */
  readonly startupAfterPreload: boolean;
}

/** How Drover ends. */
export interface ShutdownConfig {
  /** Milliseconds for which new connections are still accepted. */
  readonly preStopDelayMs: number;
  /** Milliseconds for requests in flight; null: what the common budget allows. */
  readonly drainTimeoutMs: number | null;
}

/** Certificates of clients. */
export interface ServerTlsConfig {
  /** PEM file; empty when clients need no certificate. */
  readonly clientCa: string;
  /** Names that are accepted; empty for all. */
  readonly clientSubjects: readonly string[];
}

/** The page for Prometheus. */
export interface MetricsConfig {
  /** Whether the compatible families are offered. */
  readonly legacy: boolean;
  /** Who may read it: whoever has a key, everybody, whoever has the token. */
  readonly auth: 'inherit' | 'none' | 'token';
  readonly token: string;
}

/** Export to OpenTelemetry. */
export interface TelemetryConfig {
  /** Base URL of the collector; null: nothing is exported. */
  readonly endpoint: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly traces: boolean;
  readonly metrics: boolean;
  /** Interval of the metrics. */
  readonly everyMs: number;
  readonly serviceName: string;
}

/** Live monitoring and control of the models. */
export interface MonitoringConfig {
  /** Most models that may run after an explicit start; 0 = no limit. */
  readonly maxParallelModels: number;
  /** Folders that models may be found in and registered from, besides those of the commands. */
  readonly modelDirectories: readonly string[];
  /** Whether llama-servers are started with their metrics page on. */
  readonly enableEngineMetrics: boolean;
}

/** One model. Durations are whole seconds. */
export interface ModelConfig {
  readonly id: string;
  /** Command after macro expansion; split at each start. */
  readonly cmd: string;
  /** Stop command, `${PID}` left in place; empty for the runtime's own way. */
  readonly cmdStop: string;
  /** Base URL; empty or useless text loads with a warning and fails at start. */
  readonly proxy: string;
  /** Port that `${PORT}` stands for; null when the command does not use it. */
  readonly port: number | null;
  readonly checkEndpoint: string;
  /** Aliases in order of definition, then the variants made by setParamsByID. */
  readonly aliases: readonly string[];
  readonly env: readonly string[];
  /** Effective idle time before an unload; 0 = never. */
  readonly ttl: number;
  readonly unloadTimeout: number;
  readonly healthCheckTimeout: number;
  readonly unlisted: boolean;
  readonly useModelName: string;
  readonly name: string;
  readonly description: string;
  /** As configured; 0 or less: the built-in limit of 10. */
  readonly concurrencyLimit: number;
  /** Most waiting requests; null when not configured. */
  readonly queueLimit: number | null;
  readonly filters: FiltersConfig;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly sendLoadingState: boolean;
  readonly timeouts: TimeoutsConfig;
  readonly ignoreWebsockets: boolean;
  /** Null when nothing is declared. */
  readonly capabilities: CapabilitiesConfig | null;
  /** Name of the process runtime; `local` by default. */
  readonly runtime: string;
  /** Memory need in bytes per device, where configured; `*` is a need that names no device. */
  readonly memory: Readonly<Record<string, number>> | null;
}

/** Edits of the requests for a model or a peer. */
export interface FiltersConfig {
  readonly stripParams: readonly string[];
  readonly setParams: Readonly<Record<string, unknown>>;
  readonly setParamsByID: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** Limits of upstream connections in seconds; 0 = none. */
export interface TimeoutsConfig {
  readonly connect: number;
  readonly keepalive: number;
  readonly responseHeader: number;
  readonly tlsHandshake: number;
  readonly expectContinue: number;
  readonly idleConn: number;
}

/** What a model is declared to be able to do. */
export interface CapabilitiesConfig {
  readonly in: readonly string[];
  readonly out: readonly string[];
  readonly tools: boolean;
  readonly reranker: boolean;
  readonly context: number;
}

/** Which planner and scheduler are used, and their settings. */
export interface RoutingConfig {
  readonly planner: PluginSelection;
  readonly scheduler: PluginSelection;
  /** Priority by model id; models without one have 0. */
  readonly priority: ReadonlyMap<string, number>;
}

/** A plugin chosen by name with its own settings. */
export interface PluginSelection {
  readonly use: string;
  /** Plain values; for `group` the groups by name, for `matrix` vars, evict_costs and sets. */
  readonly settings: unknown;
}

/** Settings of the planner `group`. */
export interface GroupsSettings {
  readonly groups: ReadonlyMap<string, GroupConfig>;
}

/** One group; the group `(default)` holds the models that are in no other. */
export interface GroupConfig {
  readonly swap: boolean;
  readonly exclusive: boolean;
  readonly persistent: boolean;
  readonly members: readonly string[];
}

/** Settings of the planner `matrix`. */
export interface MatrixSettings {
  readonly vars: ReadonlyMap<string, string>;
  /** By model id. */
  readonly evictCosts: ReadonlyMap<string, number>;
  /** Expressions in order of definition. */
  readonly sets: ReadonlyMap<string, string>;
}

/** A virtual model that chooses among targets. */
export interface SelectorConfig {
  readonly strategy: 'warm' | 'pin' | 'spillover';
  readonly targets: readonly string[];
  readonly spillover: number;
  readonly name: string;
  readonly description: string;
  readonly unlisted: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A switchable set of renamings; an empty target disables the pin. */
export interface ProfileConfig {
  readonly description: string;
  readonly pins: ReadonlyMap<string, string>;
}

/** A remote server. */
export interface PeerConfig {
  readonly id: string;
  readonly proxy: string;
  readonly apiKey: string;
  readonly models: readonly string[];
  readonly filters: FiltersConfig;
  readonly timeouts: TimeoutsConfig;
  /** Path that a probe asks for, after that of `proxy`. */
  readonly healthPath: string;
  readonly tls: TlsConfig;
}

/** How the peers are watched and stand in for each other. */
export interface PeeringConfig {
  /** Whether the bare name of a model that several peers offer means all of them. */
  readonly failover: boolean;
  /** Milliseconds; 0 = no probes. */
  readonly probeEveryMs: number;
  readonly probeTimeoutMs: number;
}

/** How the certificate of a server is checked. */
export interface TlsConfig {
  /** PEM file with certificates that are trusted too; empty for none. */
  readonly caFile: string;
  /** Any certificate will do. */
  readonly insecure: boolean;
}

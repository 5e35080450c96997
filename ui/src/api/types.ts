// Made from the description of the API by `npm run api:types`.

export interface Accelerator {
  readonly index: number;
  readonly kind: 'gpu' | 'npu' | 'other';
  readonly vendor: string | null;
  readonly model: string | null;
  readonly architecture: string | null;
  readonly pci_address: string | null;
  readonly uuid: string | null;
  readonly memory: {
    readonly kind: 'dedicated' | 'unified' | 'shared_system' | 'unknown';
    readonly capacity_bytes: number | null;
  };
  readonly driver: { readonly name: string | null; readonly version: string | null } | null;
  readonly power_limit_watts: number | null;
  readonly instances: readonly { readonly profile: string; readonly uuid: string }[];
  readonly gpu_id: number | null;
  readonly raw_kind?: string;
}

export interface ActiveProfile {
  readonly active: string | null;
}

export interface ActivityAggregate {
  readonly model?: string;
  readonly operation?: string;
  readonly hour?: string;
  readonly requests: number;
  readonly errors: number;
  readonly errorRate: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly ttftMs: Percentiles | null;
  readonly queueMs: Percentiles | null;
  readonly durationMs: Percentiles | null;
  readonly tokensPerSecond: Percentiles | null;
}

export interface ActivityAggregates {
  readonly data: readonly ActivityAggregate[];
}

export interface ActivityPage {
  readonly data: readonly ActivityRow[];
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly total_pages: number;
}

export interface ActivityRow {
  readonly id: number;
  readonly timestamp: string;
  readonly model: string;
  readonly req_path: string;
  readonly resp_content_type: string;
  readonly resp_status_code: number;
  readonly tokens: LegacyTokens;
  readonly duration_ms: number;
  readonly has_capture: boolean;
  readonly error_msg?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ActivityStats {
  readonly total_requests: number;
  readonly total_input_tokens: number;
  readonly total_output_tokens: number;
  readonly total_cache_tokens: number;
  readonly prompt_histogram: SpeedHistogram | null;
  readonly gen_histogram: SpeedHistogram | null;
}

export interface ActivityView {
  readonly id: number;
  readonly status: number;
  readonly durationMs: number;
  readonly startedMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly model: string;
  readonly path: string;
  readonly contentType: string;
  readonly requestId: string;
  readonly requestedModel: string;
  readonly upstream: string;
  readonly operation: string;
  readonly error: string | null;
  readonly keyName: string | null;
  readonly clientAddress: string | null;
  readonly sessionId: string | null;
  readonly isStream: boolean;
  readonly outcome: 'ok' | 'client_error' | 'server_error' | 'cancelled' | 'timeout' | 'rejected';
  readonly queueMs: number | null;
  readonly firstByteMs: number | null;
  readonly ttftMs: number | null;
  readonly upstreamMs: number | null;
  readonly facts: ResponseFacts | null;
}

export interface ActivityViewPage {
  readonly data: readonly ActivityView[];
  readonly nextCursor: number | null;
}

export interface AuditEntries {
  readonly entries: readonly AuditEntry[];
}

export interface AuditEntry {
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly target: string | null;
  readonly code: string | null;
  readonly requestId: string | null;
  readonly address: string | null;
  readonly result: 'done' | 'failed' | 'denied';
  readonly status: number | null;
}

export interface Capture {
  readonly id: number;
  readonly req_path: string;
  readonly req_headers: Readonly<Record<string, string>>;
  readonly resp_headers: Readonly<Record<string, string>>;
  readonly req_body: string | null;
  readonly resp_body: string | null;
  readonly truncated?: readonly ('request' | 'response')[];
}

export interface CompatibleGpuSample {
  readonly timestamp: string;
  readonly name: string;
  readonly uuid: string;
  readonly id: number;
  readonly temp_c: number;
  readonly vram_temp_c: number;
  readonly gpu_util_pct: number;
  readonly mem_util_pct: number;
  readonly mem_used_mb: number;
  readonly mem_total_mb: number;
  readonly fan_speed_pct: number;
  readonly power_draw_w: number;
}

export interface CompatibleHostSample {
  readonly timestamp: string;
  readonly cpu_util_per_core: readonly number[];
  readonly mem_total_mb: number;
  readonly mem_used_mb: number;
  readonly mem_free_mb: number;
  readonly swap_total_mb: number;
  readonly swap_used_mb: number;
  readonly load_avg_1: number;
  readonly load_avg_5: number;
  readonly load_avg_15: number;
  readonly net_io:
    | readonly { readonly name: string; readonly bytes_recv: number; readonly bytes_sent: number }[]
    | null;
}

export interface CompatiblePerformance {
  readonly enabled: boolean;
  readonly gpu_stats: readonly CompatibleGpuSample[];
  readonly sys_stats: readonly CompatibleHostSample[];
}

export interface ConfigStatus {
  readonly reloading: boolean;
  readonly last: ReloadReport | null;
}

export interface Discovery {
  readonly candidates: readonly EngineCandidate[];
  readonly registered: readonly string[];
  readonly warnings: readonly string[];
}

export interface DiscoveryRequest {
  readonly paths?: readonly string[];
  readonly addresses?: readonly string[];
  readonly register?: boolean;
}

export interface Done {
  readonly msg: 'ok';
}

export interface EngineCandidate {
  readonly modelName: string;
  readonly path: string | null;
  readonly engine: string | null;
  readonly host: string | null;
  readonly sizeBytes: number | null;
  readonly port: number | null;
  readonly known: boolean;
}

export interface EngineMetrics {
  readonly modelName: string;
  readonly state: string;
  readonly registered: boolean;
  readonly intervalMs: number;
  readonly historyLimit: number;
  readonly latest: EngineSample | null;
  readonly history: readonly EngineSample[];
}

export interface EngineModel {
  readonly modelName: string;
  readonly state: string;
  readonly isRunning: boolean;
  readonly managed: boolean;
  readonly polling: boolean;
  readonly pid: number | null;
  readonly port: number | null;
  readonly uptimeSeconds: number | null;
  readonly loadSeconds: number | null;
  readonly host: string | null;
  readonly error: string | null;
  readonly startedAt: string | null;
}

export interface EngineModels {
  readonly models: readonly {
    readonly modelName: string;
    readonly state: string;
    readonly isRunning: boolean;
    readonly managed: boolean;
    readonly polling: boolean;
    readonly pid: number | null;
    readonly port: number | null;
    readonly uptimeSeconds: number | null;
    readonly loadSeconds: number | null;
    readonly host: string | null;
    readonly error: string | null;
    readonly startedAt: string | null;
    readonly origin: 'configured' | 'registered';
  }[];
  readonly discovered: readonly EngineCandidate[];
}

export interface EngineSample {
  readonly timestamp: number;
  readonly ok: boolean;
  readonly engine: 'llama.cpp' | 'vllm' | 'sglang' | null;
  readonly tokensGenerated: number | null;
  readonly tokensPerSecond: number | null;
  readonly promptTokens: number | null;
  readonly promptTokensPerSecond: number | null;
  readonly contextUsed: number | null;
  readonly contextResident: number | null;
  readonly contextTotal: number | null;
  readonly contextPercent: number | null;
  readonly contextPercentMaxSlot: number | null;
  readonly busySlots: number | null;
  readonly totalSlots: number | null;
  readonly queuedRequests: number | null;
  readonly evaluationTimeMs: number | null;
  readonly promptEvaluationTimeMs: number | null;
  readonly kvUsageRatio: number | null;
  readonly draftAcceptanceRatio: number | null;
  readonly sources: {
    readonly tokens: string | null;
    readonly context: string | null;
    readonly evaluation: string | null;
  };
  readonly error: string | null;
}

export interface EngineStatus {
  readonly running: number;
  readonly maxParallelModels: number;
  readonly models: readonly EngineModel[];
  readonly system: {
    readonly cpuPercent: number | null;
    readonly memUsedBytes: number | null;
    readonly memTotalBytes: number | null;
  };
}

export interface Error {
  readonly src: 'llama-swap';
  readonly type?: 'error';
  readonly error: {
    readonly message: string;
    readonly type:
      'authentication_error' | 'server_error' | 'rate_limit_error' | 'invalid_request_error';
    readonly param: null;
    readonly code:
      | 'unauthorized'
      | 'key_expired'
      | 'invalid_token'
      | 'token_unverifiable'
      | 'insufficient_scope'
      | 'model_forbidden'
      | 'rate_limit_exceeded'
      | 'key_concurrency_limit'
      | 'forbidden'
      | 'host_not_allowed'
      | 'bad_request'
      | 'body_too_large'
      | 'headers_too_large'
      | 'expectation_failed'
      | 'request_timeout'
      | 'model_required'
      | 'model_not_found'
      | 'not_found'
      | 'invalid_request'
      | 'conflict'
      | 'concurrency_limit'
      | 'model_start_failed'
      | 'health_check_timeout'
      | 'model_unloaded'
      | 'model_start_aborted'
      | 'model_not_ready'
      | 'service_unavailable'
      | 'shutting_down'
      | 'peer_down'
      | 'upstream_unreachable'
      | 'upstream_timeout'
      | 'upstream_broken'
      | 'cancelled'
      | 'plugin_unknown'
      | 'plugin_duplicate'
      | 'plugin_invalid'
      | 'plugin_cut_off'
      | 'max_parallel_models'
      | 'name_taken'
      | 'path_not_allowed'
      | 'model_stopping'
      | 'internal_error';
  };
}

export interface GpuSample {
  readonly timestamp: string;
  readonly id: number;
  readonly name: string | null;
  readonly uuid: string | null;
  readonly pci: string | null;
  readonly temp_source: string | null;
  readonly pstate: string | null;
  readonly source: readonly string[];
  readonly temp_c: number | null;
  readonly vram_temp_c: number | null;
  readonly gpu_util_pct: number | null;
  readonly mem_util_pct: number | null;
  readonly mem_used_bytes: number | null;
  readonly mem_total_bytes: number | null;
  readonly fan_speed_pct: number | null;
  readonly power_draw_w: number | null;
  readonly power_limit_w: number | null;
  readonly clock_mhz: number | null;
  readonly vram_clock_mhz: number | null;
  readonly mem_busy_pct: number | null;
  readonly ecc_errors: number | null;
  readonly throttle_reasons: readonly string[] | null;
  readonly instances: readonly { readonly profile: string; readonly uuid: string }[] | null;
  readonly mem_kind: 'dedicated' | 'unified' | 'shared_system' | 'unknown';
}

export interface HardwareSnapshot {
  readonly schema_version: 1;
  readonly captured_at: string;
  readonly capture: {
    readonly scope: 'inference_host';
    readonly method: 'detected';
    readonly detector: { readonly name: string; readonly version: string };
  };
  readonly architecture: { readonly name: string; readonly raw_name: string | null };
  readonly operating_system: {
    readonly family: 'linux' | 'macos' | 'windows' | 'freebsd' | 'other';
    readonly name: string | null;
    readonly version: string | null;
    readonly kernel: string | null;
    readonly raw_family?: string;
  };
  readonly environment: {
    readonly kind: 'native' | 'container' | 'virtual_machine' | 'wsl' | 'other' | 'unknown';
    readonly name: string | null;
    readonly version: string | null;
    readonly raw_kind?: string;
  };
  readonly cpu: {
    readonly vendor: string | null;
    readonly model: string | null;
    readonly socket_count: number | null;
    readonly physical_core_count: number | null;
    readonly logical_thread_count: number | null;
  };
  readonly memory: { readonly capacity_bytes: number | null };
  readonly accelerators: readonly Accelerator[];
  readonly probes: readonly {
    readonly name: string;
    readonly state: 'starting' | 'up' | 'absent' | 'failed' | 'stopped';
    readonly detail: string | null;
  }[];
}

export interface HostSample {
  readonly timestamp: string;
  readonly cpu_util_pct: number | null;
  readonly cpu_util_per_core: readonly number[];
  readonly mem_total_bytes: number;
  readonly mem_used_bytes: number;
  readonly mem_available_bytes: number;
  readonly mem_free_bytes: number;
  readonly swap_total_bytes: number | null;
  readonly swap_used_bytes: number | null;
  readonly load_avg: readonly number[] | null;
  readonly network:
    | readonly {
        readonly name: string;
        readonly receivedBytes: number;
        readonly sentBytes: number;
      }[]
    | null;
  readonly pressure: {
    readonly cpu: { readonly some: number; readonly full: number | null } | null;
    readonly memory: { readonly some: number; readonly full: number | null } | null;
    readonly io: { readonly some: number; readonly full: number | null } | null;
  } | null;
  readonly disks: readonly {
    readonly path: string;
    readonly totalBytes: number;
    readonly freeBytes: number;
  }[];
}

export interface LatestGpuSample {
  readonly timestamp: string;
  readonly id: number;
  readonly name: string | null;
  readonly uuid: string | null;
  readonly pci: string | null;
  readonly temp_source: string | null;
  readonly pstate: string | null;
  readonly source: readonly string[];
  readonly temp_c: number | null;
  readonly vram_temp_c: number | null;
  readonly gpu_util_pct: number | null;
  readonly mem_util_pct: number | null;
  readonly mem_used_bytes: number | null;
  readonly mem_total_bytes: number | null;
  readonly fan_speed_pct: number | null;
  readonly power_draw_w: number | null;
  readonly power_limit_w: number | null;
  readonly clock_mhz: number | null;
  readonly vram_clock_mhz: number | null;
  readonly mem_busy_pct: number | null;
  readonly ecc_errors: number | null;
  readonly throttle_reasons: readonly string[] | null;
  readonly instances: readonly { readonly profile: string; readonly uuid: string }[] | null;
  readonly mem_kind: 'dedicated' | 'unified' | 'shared_system' | 'unknown';
  readonly stale: boolean;
}

export interface LegacyTokens {
  readonly cache_tokens: number;
  readonly draft_tokens: number;
  readonly draft_acc_tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly prompt_per_second: number;
  readonly tokens_per_second: number;
}

export interface LoadProgress {
  readonly stage: 'download' | 'weights' | 'graphs' | 'warmup' | null;
  readonly percent: number | null;
  readonly expectedMs: number | null;
  readonly source: 'log' | 'history' | null;
  readonly elapsedMs: number;
}

export interface MemoryDevice {
  readonly device: string;
  readonly name: string | null;
  readonly totalBytes: number | null;
  readonly usedBytes: number | null;
  readonly freeBytes: number | null;
  readonly otherBytes: number | null;
  readonly models: readonly {
    readonly model: string;
    readonly bytes: number;
    readonly source: 'driver' | 'system' | 'learned' | 'configured';
    readonly isEstimate: boolean;
  }[];
}

export interface MemoryHistory {
  readonly points: readonly {
    readonly at: string;
    readonly devices: readonly {
      readonly device: string;
      readonly totalBytes: number | null;
      readonly usedBytes: number | null;
      readonly models: readonly { readonly model: string; readonly bytes: number }[];
    }[];
  }[];
}

export interface MemoryMap {
  readonly at: string;
  readonly devices: readonly MemoryDevice[];
  readonly models: readonly ModelMemory[];
}

export interface ModelChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly restarted: readonly string[];
  readonly updated: readonly string[];
}

export interface ModelForm {
  readonly model: string;
  readonly stream?: string;
  readonly [name: string]: unknown;
}

export interface ModelList {
  readonly object: 'list';
  readonly data: readonly ModelRecord[];
}

export interface ModelMemory {
  readonly model: string;
  readonly state: 'stopped' | 'starting' | 'ready' | 'stopping' | 'shutdown';
  readonly processes: number | null;
  readonly residentBytes: number | null;
  readonly ownBytes: number | null;
  readonly cpuSeconds: number | null;
  readonly need: {
    readonly source: 'learned' | 'configured';
    readonly bytes: Readonly<Record<string, number>>;
  } | null;
}

export interface ModelRecord {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: 'llama-swap';
  readonly name?: string;
  readonly description?: string;
  readonly architecture?: {
    readonly input_modalities?: readonly string[];
    readonly output_modalities?: readonly string[];
    readonly modality?: string;
  };
  readonly capabilities?: Readonly<Record<string, true>>;
  readonly supported_parameters?: readonly string[];
  readonly context_length?: number;
  readonly meta: {
    readonly llamaswap: {
      readonly type: 'model' | 'alias' | 'peer' | 'selector' | 'profile';
      readonly aliases?: readonly string[];
      readonly modelID?: string;
      readonly peerID?: string;
      readonly strategy?: 'warm' | 'pin' | 'spillover';
      readonly targets?: readonly string[];
      readonly spillover?: number;
      readonly [name: string]: unknown;
    };
    readonly n_ctx?: number;
  };
  readonly status: { readonly value: 'loaded' | 'unloaded' };
}

export interface ModelRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly [name: string]: unknown;
}

export interface ModelView {
  readonly id: string;
  readonly state: 'stopped' | 'starting' | 'ready' | 'stopping' | 'shutdown';
  readonly inFlight: number;
  readonly waiting: number;
  readonly idleMs: number | null;
  readonly loadMs: number | null;
  readonly stopMs: number | null;
  readonly serviceMs: number | null;
  readonly upstream: string | null;
  readonly readyAt: string | null;
  readonly process: Readonly<Record<string, string | number>> | null;
  readonly ttlMs: number | null;
  readonly unloadInMs: number | null;
  readonly unloadAt: string | null;
  readonly load: LoadProgress | null;
}

export interface Models {
  readonly models: readonly ModelView[];
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Performance {
  readonly enabled: boolean;
  readonly probes: readonly ProbeState[];
  readonly system: readonly HostSample[];
  readonly gpus: readonly { readonly timestamp: string; readonly devices: readonly GpuSample[] }[];
  readonly latest: readonly LatestGpuSample[];
}

export interface PlanAnswer {
  readonly request: string;
  readonly evict: readonly string[];
  readonly choice: string | null;
  readonly cost: number | null;
  readonly candidates: readonly PlanCandidate[];
}

export interface PlanCandidate {
  readonly evict: readonly string[];
  readonly cost: number;
  readonly choice?: string;
}

export interface PlanPairs {
  readonly models: readonly string[];
  readonly evicts: readonly (readonly boolean[])[];
}

export interface PlanRequest {
  readonly request: string;
  readonly running?: readonly string[] | null;
}

export interface Polling {
  readonly modelName: string;
  readonly polling: boolean;
  readonly intervalMs: number;
}

export interface PollingRequest {
  readonly enabled?: boolean;
  readonly intervalMs?: number;
}

export interface ProbeState {
  readonly name: string;
  readonly state: 'starting' | 'up' | 'absent' | 'failed' | 'stopped';
  readonly lastSuccessMs: number | null;
  readonly tookMs: number | null;
  readonly errors: Readonly<Record<string, number>>;
  readonly lastError: string | null;
  readonly detail: string | null;
}

export interface Profile {
  readonly id: string;
  readonly description: string;
  readonly pins: Readonly<Record<string, string>>;
}

export interface ProfileChoice {
  readonly name: string | null;
}

export interface Profiles {
  readonly active: string | null;
  readonly profiles: readonly Profile[];
}

export interface Queue {
  readonly waiting: readonly QueuedRequest[];
  readonly swaps: readonly {
    readonly id: number;
    readonly target: string;
    readonly evict: readonly string[];
    readonly waiters: readonly number[];
  }[];
}

export interface QueuedRequest {
  readonly id: number;
  readonly position: number;
  readonly waitedMs: number;
  readonly model: string;
  readonly reason: WaitReason | null;
}

export interface Registration {
  readonly modelName: string;
  readonly path?: string;
  readonly host?: string;
  readonly apiKey?: string;
  readonly port?: number;
  readonly intervalMs?: number;
  readonly engine?: 'llama.cpp' | 'vllm' | 'sglang';
  readonly args?: readonly string[];
}

export interface ReloadReport {
  readonly trigger: 'signal' | 'watch' | 'api';
  readonly at: string;
  readonly outcome: 'applied' | 'unchanged' | 'rejected';
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly needsRestart: readonly string[];
  readonly changes: ModelChanges | null;
}

export interface RequestSpan {
  readonly id: string;
  readonly model: string;
  readonly path: string;
  readonly at: string;
  readonly grantedAt: string | null;
  readonly endedAt: string | null;
  readonly outcome: 'running' | 'done' | 'failed' | 'cancelled';
  readonly status: number | null;
}

export interface ResponseFacts {
  readonly inputTokensTotal: number | null;
  readonly cachedTokens: number | null;
  readonly cacheCreationTokens: number | null;
  readonly inputTokensUncached: number | null;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly draftTokens: number | null;
  readonly draftAcceptedTokens: number | null;
  readonly promptMs: number | null;
  readonly generationMs: number | null;
  readonly promptPerSecond: number | null;
  readonly tokensPerSecond: number | null;
  readonly ttftMs: number | null;
  readonly queueMs: number | null;
  readonly audioSeconds: number | null;
  readonly choices: number | null;
  readonly firstContentMs: number | null;
  readonly lastContentMs: number | null;
  readonly cachedDerived: boolean;
  readonly tokensPerSecondDerived: boolean;
  readonly complete: boolean;
  readonly finishReason: string | null;
  readonly error: string | null;
  readonly errorType: string | null;
  readonly source: string;
  readonly contentChunks: number;
}

export interface Running {
  readonly running: readonly {
    readonly model: string;
    readonly cmd: string;
    readonly proxy: string;
    readonly name: string;
    readonly description: string;
    readonly state: 'starting' | 'ready' | 'stopping';
    readonly ttl: number;
  }[];
}

export type ScrapeTargets = readonly {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}[];

export interface SpeedHistogram {
  readonly bins: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly binSize: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface StartRequest {
  readonly wait?: boolean;
  readonly timeoutMs?: number;
  readonly overrides?: { readonly args?: readonly string[] };
}

export interface Started {
  readonly modelName: string;
  readonly state: string;
  readonly pid: number | null;
  readonly port: number | null;
  readonly host: string | null;
  readonly alreadyRunning?: true;
  readonly overridesApplied?: boolean;
}

export interface StopRequest {
  readonly force?: boolean;
  readonly timeoutMs?: number;
}

export interface Stopped {
  readonly modelName: string;
  readonly state: 'stopped';
  readonly forced?: boolean;
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  readonly alreadyStopped?: true;
}

export interface SwapDecision {
  readonly id: number;
  readonly waiting: number;
  readonly at: string;
  readonly target: string;
  readonly running: readonly {
    readonly model: string;
    readonly state: 'stopped' | 'starting' | 'ready' | 'stopping' | 'shutdown';
    readonly inFlight: number;
    readonly waiting: number;
    readonly idleMs: number | null;
  }[];
  readonly evicted: readonly string[];
  readonly choice: string | null;
  readonly cost: number | null;
  readonly candidates: readonly PlanCandidate[];
  readonly waitReason: WaitReason | null;
  readonly outcome: 'running' | 'ready' | 'failed' | 'cancelled';
  readonly tookMs: number | null;
  readonly error: string | null;
}

export interface Swaps {
  readonly swaps: readonly SwapDecision[];
  readonly waiting: readonly {
    readonly model: string;
    readonly requests: number;
    readonly reason: WaitReason | null;
  }[];
}

export interface Timeline {
  readonly from: string;
  readonly to: string;
  readonly since: string;
  readonly initial: readonly { readonly model: string; readonly state: string }[];
  readonly states: readonly {
    readonly model: string;
    readonly state: string;
    readonly at: string;
  }[];
  readonly swaps: readonly SwapDecision[];
  readonly requests: readonly RequestSpan[];
  readonly marks: readonly {
    readonly kind: 'reload' | 'profile' | 'start' | 'order';
    readonly at: string;
    readonly text: string;
  }[];
}

export interface Version {
  readonly version: string;
  readonly commit: string;
  readonly build_date: string;
}

export interface WaitReason {
  readonly kind: 'busy' | 'leaving' | 'loading' | 'reserved' | 'hold' | 'limit';
  readonly models: readonly string[];
}

/** What routes answer with, by method and path. */
export interface ApiAnswers {
  'GET /api/captures/{id}': Capture;
  'POST /api/config/reload': ReloadReport;
  'GET /api/config/status': ConfigStatus;
  'GET /api/hardware': HardwareSnapshot;
  'POST /api/inflight/{id}/cancel': Done;
  'GET /api/metrics/activity': ActivityPage;
  'GET /api/metrics/stats': ActivityStats;
  'POST /api/models/load/{name}': Done;
  'POST /api/models/unload': Done;
  'GET /api/performance': CompatiblePerformance;
  'GET /api/profiles': Profiles;
  'PUT /api/profiles/active': ActiveProfile;
  'GET /api/v1/activity': ActivityViewPage;
  'GET /api/v1/activity/aggregate': ActivityAggregates;
  'GET /api/v1/audit': AuditEntries;
  'POST /api/v1/llama/discover': Discovery;
  'GET /api/v1/llama/models': EngineModels;
  'POST /api/v1/llama/models': EngineModel;
  'GET /api/v1/llama/models/{name}/metrics': EngineMetrics;
  'POST /api/v1/llama/models/{name}/polling': Polling;
  'POST /api/v1/llama/models/{name}/start': Started;
  'POST /api/v1/llama/models/{name}/stop': Stopped;
  'GET /api/v1/llama/status': EngineStatus;
  'GET /api/v1/memory': MemoryMap;
  'GET /api/v1/memory/history': MemoryHistory;
  'GET /api/v1/models': Models;
  'GET /api/v1/performance': Performance;
  'POST /api/v1/plan': PlanAnswer;
  'GET /api/v1/plan/pairs': PlanPairs;
  'GET /api/v1/prometheus/targets': ScrapeTargets;
  'GET /api/v1/queue': Queue;
  'POST /api/v1/queue/{model}/prefer': Done;
  'GET /api/v1/swaps': Swaps;
  'GET /api/v1/timeline': Timeline;
  'GET /api/version': Version;
  'GET /models': ModelList;
  'GET /running': Running;
  'GET /v1/models': ModelList;
  'GET /v1/models/{name}': ModelRecord;
}

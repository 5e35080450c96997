import { MetricsPage } from './exposition.js';
import { ratio } from './llama-metrics.js';
import { percent } from './llama-slots.js';

/** Figures of a vLLM's `/metrics`, added up over its engines. Null: not told. */
export interface VllmMetrics {
  readonly model: string | null;
  readonly engines: number;
  readonly busy: number | null;
  readonly queued: number | null;
  readonly queuedByReason: Readonly<Record<string, number>> | null;
  /** Mean over the engines, weighted by their blocks; 0 to 1. */
  readonly kvUsageRatio: number | null;
  readonly kvUsageRatioMax: number | null;
  /** Tokens. */
  readonly contextTotal: number | null;
  readonly contextUsed: number | null;
  readonly contextPercent: number | null;
  /** Grows with every step. */
  readonly tokensGenerated: number | null;
  readonly promptTokens: number | null;
  readonly prefixCacheQueries: number | null;
  readonly prefixCacheHits: number | null;
  readonly preemptions: number | null;
  readonly requestsByReason: Readonly<Record<string, number>> | null;
  readonly sleeping: boolean | null;
  readonly ttftMeanSeconds: number | null;
  readonly ttftCount: number | null;
  readonly interTokenMeanSeconds: number | null;
  readonly queueMeanSeconds: number | null;
  readonly draftTokens: number | null;
  readonly draftAccepted: number | null;
  /** Sum and number of the decode times of finished requests. */
  readonly decodeSeconds: number | null;
  readonly decodeCount: number | null;
}

interface Engine {
  readonly usage: number | null;
  readonly tokens: number | null;
}

/** Reads the page of a vLLM server, current or V0. */
export function vllmMetrics(page: MetricsPage): VllmMetrics {
  const read = (...names: string[]): number | null =>
    page.sum(...names.map((name) => `vllm:${name}`));
  const engines = enginesOf(page);
  const contextTotal = whole(engines.map(({ tokens }) => tokens));
  const contextUsed = whole(engines.map(({ usage, tokens }) => product(usage, tokens)));
  const usages = engines.flatMap(({ usage }) => (usage === null ? [] : [usage]));
  return {
    model: modelOf(page),
    engines: engines.length,
    busy: read('num_requests_running'),
    queued: read('num_requests_waiting'),
    queuedByReason: page.byLabel('vllm:num_requests_waiting_by_reason', 'reason'),
    kvUsageRatio: ratio(contextUsed, contextTotal) ?? mean(usages),
    kvUsageRatioMax: usages.length === 0 ? null : Math.max(...usages),
    contextTotal,
    contextUsed,
    contextPercent: percent(contextUsed, contextTotal),
    tokensGenerated: read('generation_tokens_total'),
    promptTokens: read('prompt_tokens_total'),
    prefixCacheQueries: read('prefix_cache_queries_total', 'gpu_prefix_cache_queries_total'),
    prefixCacheHits: read('prefix_cache_hits_total', 'gpu_prefix_cache_hits_total'),
    preemptions: read('num_preemptions_total'),
    requestsByReason: page.byLabel('vllm:request_success_total', 'finished_reason'),
    sleeping: sleeping(page),
    ttftMeanSeconds: histogramMean(page, 'vllm:time_to_first_token_seconds'),
    ttftCount: read('time_to_first_token_seconds_count'),
    interTokenMeanSeconds:
      histogramMean(page, 'vllm:inter_token_latency_seconds') ??
      histogramMean(page, 'vllm:time_per_output_token_seconds'),
    queueMeanSeconds: histogramMean(page, 'vllm:request_queue_time_seconds'),
    draftTokens: read('spec_decode_num_draft_tokens_total'),
    draftAccepted: read('spec_decode_num_accepted_tokens_total'),
    decodeSeconds: read('request_decode_time_seconds_sum'),
    decodeCount: read('request_decode_time_seconds_count'),
  };
}

/** Figures of an SGLang server's `/metrics`, by the names of its documentation. */
export interface SglangMetrics {
  readonly busy: number | null;
  readonly queued: number | null;
  readonly kvUsageRatio: number | null;
  readonly contextTotal: number | null;
  readonly contextUsed: number | null;
  readonly tokensGenerated: number | null;
  readonly promptTokens: number | null;
}

/** Reads the page of an SGLang server. */
export function sglangMetrics(page: MetricsPage): SglangMetrics {
  const kvUsageRatio = page.sum('sglang:token_usage');
  const contextTotal = page.sum('sglang:max_total_num_tokens');
  return {
    busy: page.sum('sglang:num_running_reqs'),
    queued: page.sum('sglang:num_queue_reqs'),
    kvUsageRatio,
    contextTotal,
    contextUsed: product(kvUsageRatio, contextTotal),
    tokensGenerated: page.sum('sglang:generation_tokens_total'),
    promptTokens: page.sum('sglang:prompt_tokens_total'),
  };
}

/** Engines by their label; old versions have one without a label. */
function enginesOf(page: MetricsPage): readonly Engine[] {
  const current = page.series('vllm:kv_cache_usage_perc');
  const usages = current.length > 0 ? current : page.series('vllm:gpu_cache_usage_perc');
  const configs = page.series('vllm:cache_config_info');
  const ids = new Set(
    [...usages, ...configs, ...page.series('vllm:num_requests_running')].map(
      ({ labels }) => labels.get('engine') ?? '',
    ),
  );
  return [...ids].map((id) => {
    const config = configs.find(({ labels }) => (labels.get('engine') ?? '') === id);
    const usage = usages.find(({ labels }) => (labels.get('engine') ?? '') === id);
    const blockSize = Number(config?.labels.get('block_size') ?? Number.NaN);
    const blocks = Number(config?.labels.get('num_gpu_blocks') ?? Number.NaN);
    const tokens = blockSize * blocks;
    return { usage: usage?.value ?? null, tokens: Number.isFinite(tokens) ? tokens : null };
  });
}

function modelOf(page: MetricsPage): string | null {
  for (const { name, labels } of page.samples) {
    const model = labels.get('model_name');
    if (name.startsWith('vllm:') && model) return model;
  }
  return null;
}

function sleeping(page: MetricsPage): boolean | null {
  const states = page.byLabel('vllm:engine_sleep_state', 'sleep_state');
  return states === null ? null : (states['awake'] ?? 0) === 0;
}

function histogramMean(page: MetricsPage, name: string): number | null {
  return ratio(page.sum(`${name}_sum`), page.sum(`${name}_count`));
}

function product(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b;
}

/** Sum of values that must all be known. */
function whole(values: readonly (number | null)[]): number | null {
  if (values.length === 0 || values.includes(null)) return null;
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

import { LlamaMetrics } from './llama-metrics.js';
import { LlamaProps } from './llama-props.js';
import { LlamaSlots } from './llama-slots.js';
import { SglangMetrics, VllmMetrics } from './vllm-metrics.js';

/** What the proxy itself knows about a model's traffic. */
export interface ProxiedTraffic {
  /** Requests being forwarded now. */
  readonly inFlight: number;
  /** Output chunks of those requests so far. */
  readonly liveTokens: number;
  /** Output chunks of all requests since the program began; never falls. */
  readonly seenTokens: number;
  /** Generation and prompt time of the last finished request as the engine measured it. */
  readonly generationMs: number | null;
  readonly promptMs: number | null;
}

/** Everything one good poll has brought. */
export type EnginePoll = LlamaPoll | VllmPoll | SglangPoll | SilentPoll;

/** A poll of a llama-server. */
export interface LlamaPoll {
  readonly engine: 'llama.cpp';
  /** Start of the process, Unix seconds; null: not told. */
  readonly processStart: number | null;
  readonly props: LlamaProps | null;
  readonly metrics: LlamaMetrics | null;
  /** Null when they were not asked for. */
  readonly slots: LlamaSlots | null;
  readonly kvUnified: boolean | null;
  readonly traffic: ProxiedTraffic;
}

/** A poll of a vLLM server. */
export interface VllmPoll {
  readonly engine: 'vllm';
  readonly processStart: number | null;
  readonly metrics: VllmMetrics;
  /** `--max-num-seqs` of the command. */
  readonly maxSequences: number | null;
  readonly traffic: ProxiedTraffic;
}

/** A poll of an SGLang server. */
export interface SglangPoll {
  readonly engine: 'sglang';
  readonly processStart: number | null;
  readonly metrics: SglangMetrics;
  readonly traffic: ProxiedTraffic;
}

/** A server that offers no figures; only the proxy's own are known. */
export interface SilentPoll {
  readonly engine: null;
  readonly processStart: number | null;
  readonly traffic: ProxiedTraffic;
}

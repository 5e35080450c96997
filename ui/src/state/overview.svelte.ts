import type { EngineMetrics, EngineSample } from '../api/types.js';
import type { MemoryAnswer } from '../logic/memory.js';
import { type ModelOverview, unloadText } from '../logic/model-overview.js';
import { live } from './live.svelte.js';
import { pageClock } from './page-clock.svelte.js';
import { Poll } from './poll.svelte.js';

/** What each local model and its process is doing. */
const models = new Poll<{ models: readonly ModelOverview[] }>(
  () => '/api/v1/models',
  1000,
  () => live.models,
);

/** Which model holds how much memory. */
export const memoryFeed = new Poll<MemoryAnswer>(
  () => '/api/v1/memory',
  5000,
  () => live.models,
);

/** Latest figures of the models' servers, by model. */
const engines = new Map<string, Poll<EngineMetrics>>();

/** What a running model's server has told last; null when it does not tell. */
export function engineOf(id: string): EngineSample | null {
  let poll = engines.get(id);
  if (!poll) {
    const path = `/api/v1/llama/models/${encodeURIComponent(id)}/metrics?limit=1`;
    poll = new Poll<EngineMetrics>(() => path, 2000);
    engines.set(id, poll);
  }
  const latest = poll.value?.latest;
  return latest?.ok ? latest : null;
}

/** Bytes that a running model holds of the GPUs, or without any of the machine; null if unknown. */
export function heldBytesOf(id: string): { bytes: number; isEstimate: boolean } | null {
  const devices = memoryFeed.value?.devices ?? [];
  const held = (isGpu: boolean) =>
    devices
      .filter(({ device }) => (device !== 'system') === isGpu)
      .flatMap(({ models: shares }) => shares.filter(({ model }) => model === id));
  const shares = held(true).length > 0 ? held(true) : held(false);
  if (shares.length === 0) return null;
  return {
    bytes: shares.reduce((sum, share) => sum + share.bytes, 0),
    isEstimate: shares.some(({ isEstimate }) => isEstimate),
  };
}

/** What is known of one model beyond its state; undefined until it is known. */
export function overviewOf(id: string): ModelOverview | undefined {
  return models.value?.models.find((model) => model.id === id);
}

/** When a model is unloaded, counted down; empty when there is nothing to say. */
export function unloadTextOf(id: string): string {
  return unloadText(overviewOf(id), pageClock.nowMs - models.receivedMs);
}

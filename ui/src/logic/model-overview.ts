import type { LoadProgress, ModelView } from '../api/types.js';
import { formatDuration } from './format.js';

export type { LoadProgress } from '../api/types.js';

/** One model of `GET /api/v1/models`. */
export type ModelOverview = ModelView;

const STAGES = {
  download: 'Downloading',
  weights: 'Loading weights',
  graphs: 'Preparing graphs',
  warmup: 'Warming up',
};

/** What a load is doing, in words. */
export function stageOfLoad(load: LoadProgress | null): string {
  return load?.stage ? STAGES[load.stage] : 'Starting and loading weights';
}

/** How far a load is, in words that say when it is an estimate. */
export function percentText(load: LoadProgress): string {
  if (load.percent === null) return '';
  const percent = `${Math.floor(load.percent)} %`;
  return load.source === 'log' ? percent : `about ${percent}`;
}

/**
 * When an idle model is unloaded, in words.
 *
 * @param sinceMs milliseconds since the figures were told
 */
export function unloadText(model: ModelOverview | undefined, sinceMs: number): string {
  if (model?.state !== 'ready') return '';
  if (model.ttlMs === null) return 'stays loaded';
  if (model.unloadInMs === null) return 'in use';
  const leftMs = Math.max(0, model.unloadInMs - sinceMs);
  return leftMs < 1000 ? 'idle, is being unloaded' : `idle, unloads in ${countdown(leftMs)}`;
}

/** Whole seconds, so that the text changes once a second. */
function countdown(ms: number): string {
  return ms < 60_000 ? `${Math.ceil(ms / 1000)} s` : formatDuration(ms);
}

import { Estimates } from './estimates.js';
import { ModelRecord } from './model-record.js';

/** A swap that could begin now. */
export interface HoldQuestion {
  readonly target: ModelRecord;
  readonly victims: readonly ModelRecord[];
  readonly estimates: Estimates;
  /** Longest time to wait together; 0 = never hold. */
  readonly holdMs: number;
  readonly nowMs: number;
}

/**
 * Whether to put a swap off for a moment, because two models push each other out: the target was
 * evicted so lately that its way out and back is not over yet, and a victim is just as fresh. Such a
 * swap waits until the requests for the target have together waited as long as the eviction may
 * cost, so that the requests of the victim that come meanwhile are served without a load. Without
 * this evidence a swap is never put off.
 *
 * @returns when to begin at the latest, in milliseconds, or null for now.
 */
export function hold({ target, victims, estimates, holdMs, nowMs }: HoldQuestion): number | null {
  const oldest = target.waiting[0];
  if (holdMs <= 0 || !oldest || target.evictedMs === null || victims.length === 0) return null;
  const reloads = victims.map(({ model }) => estimates.reloadMs(model));
  const roundTripMs = estimates.reloadMs(target.model) + Math.max(...reloads);
  const isRegretted = oldest.arrivedMs - target.evictedMs < roundTripMs;
  const areFresh = victims.every(
    ({ lastUsedMs }) => lastUsedMs !== null && nowMs - lastUsedMs < roundTripMs,
  );
  if (!isRegretted || !areFresh) return null;
  const dueMs = Math.min(holdMs, ...reloads);
  const waitedMs = target.waiting.reduce((sum, { arrivedMs }) => sum + nowMs - arrivedMs, 0);
  return waitedMs >= dueMs ? null : nowMs + (dueMs - waitedMs) / target.waiting.length;
}

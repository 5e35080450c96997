import type { SimulationResult, TimelineEntry, Trace } from '#lib/router';

/** What one replay shows. Times in milliseconds. */
export interface Figures {
  readonly served: number;
  readonly loads: number;
  readonly loadMs: number;
  readonly waits: readonly number[];
  readonly coldWaits: readonly number[];
  /** Time in which somebody waited while nothing was served, loaded or stopped. */
  readonly idleWhileWaitingMs: number;
  /** Jain's index over the models' mean waits: 1 is equal. */
  readonly jain: number;
}

/** Reads the figures of a replay. */
export function figuresOf(
  trace: Trace,
  { timeline, outcomes, summary }: SimulationResult,
  cold: readonly string[],
): Figures {
  const served = Object.values(outcomes).filter(({ waitMs }) => waitMs !== undefined);
  const waits = served.map(({ waitMs }) => waitMs!);
  const started = timeline.filter(({ ev }) => ev === 'starting');
  const byModel = Map.groupBy(served, ({ model }) => model);
  const means = [...byModel.values()].map((list) => mean(list.map(({ waitMs }) => waitMs!)));
  return {
    served: served.length,
    loads: summary.loads,
    loadMs: started.reduce((sum, { model }) => sum + trace.world[model!]!.loadMs, 0),
    waits,
    coldWaits: served.filter(({ model }) => cold.includes(model)).map(({ waitMs }) => waitMs!),
    idleWhileWaitingMs: idleWhileWaiting(trace, timeline),
    jain: jainIndex(means),
  };
}

/** Average; 0 for nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value that this share of all values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function jainIndex(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares);
}

const BEGINS = new Set(['grant', 'starting', 'stopping', 'aborting']);
const ENDS = new Set(['done', 'failed', 'ready', 'startFailed', 'stopped']);

function idleWhileWaiting(trace: Trace, timeline: readonly TimelineEntry[]): number {
  const arrivals = trace.inputs
    .filter((input) => input.do === 'request')
    .map(({ at }) => ({ t: at, ev: 'arrive' }));
  const all = [...arrivals, ...timeline].toSorted((left, right) => left.t - right.t);
  let [waiting, busy, idleMs, lastMs] = [0, 0, 0, 0];
  for (const { t, ev } of all) {
    if (waiting > 0 && busy === 0) idleMs += t - lastMs;
    lastMs = t;
    if (ev === 'arrive') waiting += 1;
    if (ev === 'grant') waiting -= 1;
    if (BEGINS.has(ev)) busy += 1;
    if (ENDS.has(ev)) busy -= 1;
  }
  return idleMs;
}

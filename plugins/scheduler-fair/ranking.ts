import { Estimates } from './estimates.js';
import { ModelRecord } from './model-record.js';

/** What an order of service is made from. */
export interface RankingSituation {
  readonly nowMs: number;
  readonly agingMs: number;
  /** A request that has waited so long is due; 0 = never. */
  readonly maxWaitMs: number;
  readonly priority: (model: string) => number;
  readonly estimates: Estimates;
  readonly isReady: (model: string) => boolean;
}

/** Models with waiting requests, in the order in which they are tried. */
export interface Ranking {
  /** Those preferred by hand, then those whose oldest request is due, oldest first. */
  readonly due: readonly ModelRecord[];
  /** The others: by aged priority, then by what they gain per second, then by age. */
  readonly others: readonly ModelRecord[];
}

/** Half a millisecond: timers may fire early by the rounding of their delay. */
const TIMER_SLACK_MS = 0.5;

/** Orders models with waiting requests. */
export function rank(records: readonly ModelRecord[], situation: RankingSituation): Ranking {
  const { nowMs, maxWaitMs } = situation;
  const latestMs = maxWaitMs > 0 ? nowMs - maxWaitMs + TIMER_SLACK_MS : -Infinity;
  const preferred = records
    .filter(({ isPreferred }) => isPreferred)
    .toSorted((a, b) => b.preferredTurn - a.preferredTurn);
  const isDue = (record: ModelRecord): boolean =>
    !record.isPreferred && arrivedMs(record) <= latestMs;
  const topPriority = Math.max(...records.map(({ model }) => situation.priority(model)));
  const ranked = records
    .filter((record) => !isDue(record) && !record.isPreferred)
    .map((record) => ({
      record,
      priority: Math.min(topPriority, agedPriority(record, situation)),
      gain: gainOf(record, situation),
    }));
  return {
    due: [...preferred, ...records.filter(isDue).toSorted(byArrival)],
    others: ranked
      .toSorted(
        (a, b) => b.priority - a.priority || b.gain - a.gain || byArrival(a.record, b.record),
      )
      .map(({ record }) => record),
  };
}

/** Arrival of the oldest waiting request. */
export function arrivedMs(record: ModelRecord): number {
  return record.waiting[0]?.arrivedMs ?? Infinity;
}

function byArrival(a: ModelRecord, b: ModelRecord): number {
  return arrivedMs(a) - arrivedMs(b) || (a.waiting[0]?.id ?? 0) - (b.waiting[0]?.id ?? 0);
}

function agedPriority(record: ModelRecord, { nowMs, agingMs, priority }: RankingSituation): number {
  const steps = agingMs > 0 ? Math.floor((nowMs - arrivedMs(record)) / agingMs) : 0;
  return priority(record.model) + steps;
}

/** Waiting requests per millisecond until they are served. */
function gainOf(record: ModelRecord, { estimates, isReady }: RankingSituation): number {
  const loadMs = isReady(record.model) ? 0 : estimates.loadMs(record.model);
  return record.waiting.length / (loadMs + estimates.serviceMs(record.model) + 1);
}

import { HistoryPoint, mergePoints } from './merged-view.js';

/** How finely a history is wanted; null: as finely as it is known. */
export interface Resolution {
  readonly stepMs: number | null;
  readonly maxPoints: number | null;
}

/** Points of a history, put together as coarsely as wanted, oldest first. */
export function downSample<Shape extends object>(
  points: readonly HistoryPoint<Shape>[],
  { stepMs, maxPoints }: Resolution,
): readonly HistoryPoint<Shape>[] {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return [];
  const spanMs = last.atMs - first.atMs + 1;
  const needed = maxPoints === null || points.length <= maxPoints ? 0 : spanMs / maxPoints;
  const step = Math.max(stepMs ?? 0, Math.ceil(needed));
  if (step <= 0) return points;
  // Steps begin at full multiples, unless that would make one point too many.
  const origin = maxPoints === null ? 0 : first.atMs;
  const groups = Map.groupBy(points, ({ atMs }) => Math.floor((atMs - origin) / step));
  return [...groups.values()].map(mergePoints);
}

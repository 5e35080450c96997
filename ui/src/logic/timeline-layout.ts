import { type Lane, REQUEST_ROWS, type RequestMark } from './timeline.js';

/** Height of the time axis, pixels. */
export const AXIS = 22;

/** From this many lanes on they are drawn lower. */
const MANY_LANES = 40;

/** Sizes of the parts of a lane, pixels. */
export interface LaneSizes {
  /** Rows of request marks. */
  readonly rows: number;
  readonly row: number;
  readonly band: number;
  readonly lane: number;
}

/** Sizes that fit a number of lanes; low ones where little room is left for them. */
export function laneSizes(lanes: number, isLow = false): LaneSizes {
  return isLow || lanes > MANY_LANES
    ? { rows: 2, row: 4, band: 10, lane: 28 }
    : { rows: REQUEST_ROWS, row: 6, band: 18, lane: 56 };
}

/** Which moment stands where. */
export interface TimeScale {
  readonly fromMs: number;
  readonly toMs: number;
  /** Pixels. */
  readonly width: number;
}

/** Place of a moment, pixels from the left; moments outside stand at the edge. */
export function xOf(atMs: number, { fromMs, toMs, width }: TimeScale): number {
  const inside = Math.min(Math.max(atMs, fromMs), toMs);
  return ((inside - fromMs) / Math.max(1, toMs - fromMs)) * width;
}

/** Moment at a place. */
export function timeOf(x: number, { fromMs, toMs, width }: TimeScale): number {
  return fromMs + (x / Math.max(1, width)) * (toMs - fromMs);
}

/** Row of a mark that can be drawn: what has no row of its own shares the last one. */
export function rowOf(mark: RequestMark, sizes: LaneSizes): number {
  return Math.min(mark.row, sizes.rows - 1);
}

/** How near the pointer has to be, pixels. */
const REACH = 4;

/** What lies under the pointer: a lane, and the request mark there if one is near. */
export function hitAt(
  lanes: readonly Lane[],
  point: { readonly x: number; readonly y: number },
  { scale, sizes }: { readonly scale: TimeScale; readonly sizes: LaneSizes },
): { lane: Lane; mark: RequestMark | null } | null {
  const index = Math.floor(point.y / sizes.lane);
  const lane = lanes[index];
  if (!lane) return null;
  const row = Math.floor((point.y - index * sizes.lane - REACH) / sizes.row);
  const near = lane.requests.filter(
    (mark) =>
      rowOf(mark, sizes) === row &&
      xOf(mark.fromMs, scale) - REACH <= point.x &&
      xOf(mark.toMs, scale) + REACH >= point.x,
  );
  return { lane, mark: near.at(-1) ?? null };
}

/** The request before or after another one, by the time it came; the last one to begin with. */
export function neighbour(
  lanes: readonly Lane[],
  from: RequestMark | null,
  step: 1 | -1,
): RequestMark | null {
  const all = lanes.flatMap(({ requests }) => requests).toSorted((a, b) => a.fromMs - b.fromMs);
  const at = from ? all.findIndex(({ span }) => isSame(span, from.span)) : -1;
  if (at < 0) return all.at(-1) ?? null;
  return all[Math.min(all.length - 1, Math.max(0, at + step))] ?? null;
}

/** Whether two records are of one request; ids start over when Drover does. */
export function isSame(
  a: { readonly id: string; readonly at: string },
  b: { readonly id: string; readonly at: string },
): boolean {
  return a.id === b.id && a.at === b.at;
}

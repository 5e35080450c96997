import { type Lane, type RequestSpan, type TimelineAnswer, timeTicks } from '../logic/timeline.js';
import { PixelCover } from '../logic/pixel-cover.js';
import {
  AXIS,
  isSame,
  type LaneSizes,
  rowOf,
  type TimeScale,
  xOf,
} from '../logic/timeline-layout.js';

/** Everything that a picture of the timeline is made from. */
export interface TimelinePicture {
  readonly lanes: readonly Lane[];
  readonly marks: TimelineAnswer['marks'];
  readonly scale: TimeScale;
  readonly sizes: LaneSizes;
  readonly selected: RequestSpan | null;
  /** Value of a CSS variable. */
  readonly colour: (name: string) => string;
  readonly clock: (atMs: number) => string;
}

const BANDS = {
  loading: '--warning',
  ready: '--success',
  stopping: '--muted-foreground',
  failed: '--destructive',
};
const OUTCOMES = {
  running: '--info',
  done: '--chart-1',
  failed: '--destructive',
  cancelled: '--muted-foreground',
};
const THINNEST = 2;

/** Height of the picture, pixels. */
export function pictureHeight(lanes: number, sizes: LaneSizes): number {
  return Math.max(1, lanes) * sizes.lane + AXIS;
}

/** Draws the whole timeline. */
export function drawTimeline(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
  const { lanes, scale, sizes } = picture;
  context.clearRect(0, 0, scale.width, pictureHeight(lanes.length, sizes));
  drawGrid(context, picture);
  lanes.forEach((lane, index) => drawLane(context, picture, { lane, index }));
  drawMarks(context, picture);
  if (picture.selected) drawSelected(context, picture);
}

function drawGrid(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
  const { lanes, scale, sizes, colour, clock } = picture;
  const bottom = pictureHeight(lanes.length, sizes) - AXIS;
  context.fillStyle = colour('--border');
  for (let index = 1; index <= lanes.length; index += 1) {
    context.fillRect(0, index * sizes.lane - 1, scale.width, 1);
  }
  context.font = '11px system-ui, sans-serif';
  let takenUntil = 0;
  for (const tick of timeTicks(scale.fromMs, scale.toMs)) {
    const x = Math.round(xOf(tick, scale));
    context.fillStyle = colour('--border');
    context.fillRect(x, 0, 1, bottom);
    const text = clock(tick);
    const end = x + 4 + context.measureText(text).width;
    // A label that is cut off or runs into another one says nothing.
    if (end > scale.width || x < takenUntil) continue;
    takenUntil = end + 6;
    context.fillStyle = colour('--muted-foreground');
    context.fillText(text, x + 4, bottom + 15);
  }
}

function drawLane(
  context: CanvasRenderingContext2D,
  picture: TimelinePicture,
  { lane, index }: { lane: Lane; index: number },
): void {
  const { scale, sizes, colour } = picture;
  const top = index * sizes.lane;
  const bandTop = top + sizes.lane - sizes.band - 6;
  for (const band of lane.bands) {
    const x = xOf(band.fromMs, scale);
    const width = Math.max(THINNEST, xOf(band.toMs, scale) - x);
    context.globalAlpha = band.kind === 'ready' ? 0.4 : 0.85;
    context.fillStyle = colour(BANDS[band.kind]);
    context.beginPath();
    context.roundRect(x, bandTop, width, sizes.band, Math.min(3, width / 2));
    context.fill();
    if (band.hasCrashed) drawCrash(context, { x: x + width, y: bandTop, colour });
  }
  context.globalAlpha = 1;
  drawRequests(context, picture, { lane, top, bandTop });
  context.globalAlpha = 1;
}

/** A waiting part that is narrower than this is no frame any more, pixels. */
const NARROWEST_FRAME = 3;

/** One request more makes the band of its model this much stronger. */
const TINT = 0.22;

/**
 * Requests of a lane, by row and outcome: what shares pixels is drawn once, so that a day of requests
 * costs no more than an hour of them.
 */
function drawRequests(
  context: CanvasRenderingContext2D,
  picture: TimelinePicture,
  { lane, top, bandTop }: { lane: Lane; top: number; bandTop: number },
): void {
  const { scale, sizes, colour } = picture;
  const height = sizes.row - 2;
  const busy = new PixelCover(scale.width);
  const covers = new Map<string, { y: number; ink: string; cover: PixelCover }>();
  for (const mark of lane.requests) {
    const y = top + 4 + rowOf(mark, sizes) * sizes.row;
    const [from, served, to] = [mark.fromMs, mark.servedMs, mark.toMs].map((at) => xOf(at, scale));
    const ink = colour(OUTCOMES[mark.span.outcome]);
    const key = `${y} ${ink}`;
    let row = covers.get(key);
    if (!row) covers.set(key, (row = { y, ink, cover: new PixelCover(scale.width) }));
    if (served! - from! >= NARROWEST_FRAME) {
      context.strokeStyle = ink;
      context.strokeRect(from! + 0.5, y + 0.5, served! - from! - 1, height - 1);
    } else if (served! > from!) row.cover.add(from!, served!);
    if (mark.span.grantedAt === null) continue;
    row.cover.add(served!, to!, THINNEST);
    busy.add(served!, to!, THINNEST);
  }
  for (const { y, ink, cover } of covers.values()) {
    context.fillStyle = ink;
    for (const run of cover.take()) context.fillRect(run.from, y, run.to - run.from, height);
  }
  context.fillStyle = colour('--success');
  for (const { from, to, depth } of busy.take()) {
    context.globalAlpha = 1 - (1 - TINT) ** depth;
    context.fillRect(from, bandTop, to - from, sizes.band);
  }
  context.globalAlpha = 1;
}

/** A frame around the request that is looked at. */
function drawSelected(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
  const { lanes, scale, sizes, selected, colour } = picture;
  const index = lanes.findIndex(({ model }) => model === selected?.model);
  const mark = lanes[index]?.requests.find(({ span }) => isSame(span, selected!));
  if (!mark) return;
  const y = index * sizes.lane + 4 + rowOf(mark, sizes) * sizes.row;
  const [from, to] = [xOf(mark.fromMs, scale), xOf(mark.toMs, scale)];
  context.strokeStyle = colour('--foreground');
  context.strokeRect(from - 1.5, y - 1.5, Math.max(3, to - from + 3), sizes.row + 1);
}

/** A small flag where a model's server has ended by itself. */
function drawCrash(
  context: CanvasRenderingContext2D,
  { x, y, colour }: { x: number; y: number; colour: (name: string) => string },
): void {
  context.globalAlpha = 1;
  context.fillStyle = colour('--destructive');
  context.beginPath();
  context.moveTo(x - 5, y - 3);
  context.lineTo(x + 5, y - 3);
  context.lineTo(x, y + 5);
  context.fill();
}

function drawMarks(context: CanvasRenderingContext2D, picture: TimelinePicture): void {
  const { lanes, marks, scale, sizes, colour } = picture;
  const bottom = pictureHeight(lanes.length, sizes) - AXIS;
  context.setLineDash([3, 3]);
  context.strokeStyle = colour('--info');
  for (const mark of marks) {
    const x = Math.round(xOf(Date.parse(mark.at), scale)) + 0.5;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, bottom);
    context.stroke();
  }
  context.setLineDash([]);
}

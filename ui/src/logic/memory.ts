import type { MemoryDevice, MemoryHistory, MemoryMap, ModelMemory } from '../api/types.js';
import type { ChartData } from './performance.js';
import { formatBytes } from './format.js';

export type { MemoryDevice } from '../api/types.js';

/** Answer of `GET /api/v1/memory`. */
export type MemoryAnswer = MemoryMap;

/** The highest need that is known of a model: bytes per device, `*` where none is named. */
export type MemoryNeed = NonNullable<ModelMemory['need']>;

/** Where a figure comes from; the last two are estimates. */
export type MemorySource = MemoryDevice['models'][number]['source'];

/** A device's name for people. */
export function deviceName({ device, name }: Pick<MemoryDevice, 'device' | 'name'>): string {
  if (device === 'system') return 'System memory';
  const label = device.replace(/^gpu/, 'GPU ');
  return name ? `${label} · ${name}` : label;
}

/** Where a figure comes from, in words. */
export function sourceText(source: MemorySource): string {
  const texts: Readonly<Record<MemorySource, string>> = {
    driver: 'as the driver tells',
    system: 'as the operating system tells',
    learned: 'estimate: measured at a load',
    configured: 'estimate: as configured',
  };
  return texts[source];
}

/** One stretch of a device's bar; shares are of its total, 0 to 1. */
export interface MemorySegment {
  readonly kind: 'model' | 'other' | 'preview' | 'over';
  readonly model: string;
  readonly bytes: number;
  readonly share: number;
}

/**
 * The stretches of a device's bar from the left: models, what else uses it, then what a stopped model
 * would need, as far as it fits, and what of it would not. Empty when the total is unknown.
 */
export function barOf(device: MemoryDevice, previewBytes = 0, model = ''): MemorySegment[] {
  const { totalBytes, otherBytes, freeBytes, models } = device;
  if (!totalBytes) return [];
  const segments: MemorySegment[] = [];
  const add = (kind: MemorySegment['kind'], name: string, bytes: number): void => {
    if (bytes > 0) segments.push({ kind, model: name, bytes, share: bytes / totalBytes });
  };
  for (const share of models) add('model', share.model, share.bytes);
  add('other', '', otherBytes ?? 0);
  const fitting = Math.min(previewBytes, Math.max(0, freeBytes ?? 0));
  add('preview', model, fitting);
  if (previewBytes > fitting) add('over', model, previewBytes - fitting);
  return segments;
}

/** Room on each device, bytes by its id; a device of which it is not known is missing. */
export type Room = ReadonlyMap<string, number>;

/** Room once the models `evict` are gone from what runs now. */
export function roomAfter(devices: readonly MemoryDevice[], evict: readonly string[]): Room {
  const room = new Map<string, number>();
  for (const { device, freeBytes, models } of devices) {
    if (freeBytes === null) continue;
    const held = models.filter(({ model }) => evict.includes(model));
    room.set(device, freeBytes + held.reduce((sum, { bytes }) => sum + bytes, 0));
  }
  return room;
}

/** Room beside an imagined set of running models; null when the need of one of them is unknown. */
export function roomBeside(answer: MemoryAnswer, running: readonly string[]): Room | null {
  const room = new Map<string, number>();
  for (const { device, totalBytes, otherBytes } of answer.devices) {
    if (totalBytes !== null && otherBytes !== null) room.set(device, totalBytes - otherBytes);
  }
  for (const id of running) {
    const need = needOf(answer, id);
    if (!need) return null;
    for (const [device, bytes] of needByDevice(need, answer.devices)) {
      room.set(device, (room.get(device) ?? 0) - bytes);
    }
  }
  return room;
}

/** What is known of a model's need; null for nothing. */
export function needOf(answer: MemoryAnswer, model: string): MemoryNeed | null {
  return answer.models.find((entry) => entry.model === model)?.need ?? null;
}

/** Bytes that a need puts on a device; a need that names no device goes to an only GPU. */
export function needOn(
  need: MemoryNeed | null,
  device: string,
  all: readonly MemoryDevice[],
): number {
  return need ? (needByDevice(need, all).get(device) ?? 0) : 0;
}

function needByDevice(need: MemoryNeed, devices: readonly MemoryDevice[]): Map<string, number> {
  const gpus = devices.filter(({ device }) => device !== 'system');
  const only = gpus.length === 0 ? 'system' : gpus.length === 1 ? gpus[0]!.device : '*';
  const bytes = new Map<string, number>();
  for (const [device, amount] of Object.entries(need.bytes)) {
    const place = device === '*' ? only : device;
    bytes.set(place, (bytes.get(place) ?? 0) + amount);
  }
  return bytes;
}

/** Whether a model fits, and why in words. */
export interface Fit {
  readonly verdict: 'fits' | 'tight' | 'short' | 'unknown';
  readonly text: string;
}

/** Less than this part of a device left over is called tight. */
const TIGHT_SHARE = 0.05;

/** Whether a need fits into the room that there is. */
export function fitOf(
  need: MemoryNeed | null,
  room: Room | null,
  devices: readonly MemoryDevice[],
): Fit {
  if (!need) return { verdict: 'unknown', text: 'its need is not known before its first load' };
  if (!room) return { verdict: 'unknown', text: 'the need of a model beside it is not known' };
  const parts = [...needByDevice(need, devices)].map(([device, bytes]) => {
    const free = device === '*' ? sumOfGpus(room) : (room.get(device) ?? null);
    return judge(device, bytes, { free, total: totalOf(device, devices) });
  });
  const order = ['short', 'unknown', 'tight', 'fits'] as const;
  const worst = order.find((verdict) => parts.some((part) => part.verdict === verdict)) ?? 'fits';
  const telling = parts.filter(({ verdict }) => verdict === worst).map(({ text }) => text);
  const note = need.source === 'learned' ? '' : ' (as configured)';
  return { verdict: worst, text: `${telling.join('; ')}${note}` };
}

function judge(
  device: string,
  bytes: number,
  { free, total }: { free: number | null; total: number | null },
): Fit {
  const place = device === '*' ? 'all GPUs' : deviceName({ device, name: null });
  const need = `needs ${formatBytes(bytes)}`;
  if (free === null)
    return { verdict: 'unknown', text: `${need}; ${place} does not tell its memory` };
  if (bytes > free) {
    const missing = formatBytes(bytes - free);
    return { verdict: 'short', text: `${need}, ${missing} more than ${place} would have free` };
  }
  const isTight = total !== null && free - bytes < total * TIGHT_SHARE;
  const left = formatBytes(free - bytes);
  return { verdict: isTight ? 'tight' : 'fits', text: `${need}, leaves ${left} of ${place}` };
}

function sumOfGpus(room: Room): number | null {
  const gpus = [...room].filter(([device]) => device !== 'system' && device !== '*');
  // Needs that name no device are taken off under their own name.
  const taken = room.get('*') ?? 0;
  return gpus.length === 0 ? null : gpus.reduce((sum, [, bytes]) => sum + bytes, taken);
}

function totalOf(device: string, devices: readonly MemoryDevice[]): number | null {
  const own = devices.filter((one) =>
    device === '*' ? one.device !== 'system' : one.device === device,
  );
  const totals = own.map(({ totalBytes }) => totalBytes);
  return totals.every((total) => total !== null)
    ? totals.reduce<number>((sum, total) => sum + (total ?? 0), 0)
    : null;
}

/** A device in words. */
export function deviceText({ usedBytes, totalBytes, freeBytes }: MemoryDevice): string {
  if (usedBytes === null || totalBytes === null) return 'does not tell its memory';
  return `${formatBytes(usedBytes)} of ${formatBytes(totalBytes)} used, ${formatBytes(freeBytes)} free`;
}

const GIBIBYTE = 1024 ** 3;

/**
 * Areas of what each model held of a device, GiB, with everything else that was in use on top. Where
 * nothing is known of a moment, the areas have a gap.
 *
 * @param colourOf CSS colour of a model
 */
export function heldChart(
  points: MemoryHistory['points'],
  device: string,
  colourOf: (model: string) => string,
): ChartData {
  const held = points.map(({ devices }) => devices.find((one) => one.device === device));
  const models = [...new Set(held.flatMap((one) => one?.models.map(({ model }) => model) ?? []))];
  const bytesOf = (one: (typeof held)[number], model: string): number =>
    one?.models.find((share) => share.model === model)?.bytes ?? 0;
  const series = models.toSorted().map((model) => ({
    label: model,
    colour: colourOf(model),
    values: held.map((one) => (one ? bytesOf(one, model) / GIBIBYTE : null)),
  }));
  const other = held.map((one) => {
    if (!one || one.usedBytes === null) return null;
    const known = one.models.reduce((sum, { bytes }) => sum + bytes, 0);
    return Math.max(0, one.usedBytes - known) / GIBIBYTE;
  });
  const rest = { label: 'something else', colour: 'var(--muted-foreground)', values: other };
  return { times: points.map(({ at }) => Date.parse(at) / 1000), series: [...series, rest] };
}

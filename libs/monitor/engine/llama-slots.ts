import { JsonObject, amountOf, numberOf, objectOf } from './engine-json.js';

/** Figures of a llama-server's `/slots`. Null: this build does not tell. */
export interface LlamaSlots {
  readonly slotsTotal: number;
  readonly slotsBusy: number;
  /** Tokens in the sequences of busy slots. */
  readonly contextUsed: number | null;
  /** Tokens in the sequences of all slots. */
  readonly contextResident: number | null;
  readonly contextTotal: number | null;
  readonly contextPercent: number | null;
  /** The busy slot whose own window is fullest; null when none is busy. */
  readonly maxSlot: SlotUse | null;
  /** Generated tokens of each running task, by `slot:task`. */
  readonly decodedByTask: Readonly<Record<string, number>>;
  readonly phases: Readonly<Record<string, 'prompt' | 'generating'>>;
}

/** How full the window of one slot is. */
export interface SlotUse {
  readonly id: number;
  readonly used: number;
  readonly total: number;
  readonly percent: number;
}

interface Slot {
  readonly id: number;
  readonly isBusy: boolean;
  readonly window: number | null;
  readonly used: number | null;
  readonly task: number | null;
  readonly decoded: number | null;
}

/**
 * Reads `/slots` of current, 2025 and 2024 builds. With a unified cache every slot reports the whole pool
 * as its window; when it is not known whether it is (`kvUnified` null) several windows are not added up.
 * Prompt texts, which older builds include, are not looked at.
 */
export function llamaSlots(body: unknown, kvUnified: boolean | null): LlamaSlots | null {
  if (!Array.isArray(body)) return null;
  const slots = body.map((value, index) => slotOf(objectOf(value), index));
  const busy = slots.filter(({ isBusy }) => isBusy);
  const contextUsed = addUp(busy);
  const contextTotal = windowTotal(slots, kvUnified);
  return {
    slotsTotal: slots.length,
    slotsBusy: busy.length,
    contextUsed,
    contextResident: slots.some((slot) => slot.used !== null) ? addUp(known(slots)) : null,
    contextTotal,
    contextPercent: percent(contextUsed, contextTotal),
    maxSlot: fullest(busy),
    decodedByTask: Object.fromEntries(busy.flatMap(decodedEntry)),
    phases: Object.fromEntries(busy.flatMap(phaseEntry)),
  };
}

/** Part of a whole in percent, or null. */
export function percent(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : (part / whole) * 100;
}

function slotOf(value: JsonObject, index: number): Slot {
  const next = value['next_token'];
  const token = objectOf(Array.isArray(next) ? next[0] : next);
  return {
    id: numberOf(value['id']) ?? index,
    isBusy: value['is_processing'] === true || value['state'] === 1,
    window: amountOf(value['n_ctx']),
    used: amountOf(value['n_prompt_tokens']) ?? amountOf(value['n_past']),
    task: numberOf(value['id_task']) ?? numberOf(value['task_id']),
    decoded: amountOf(token['n_decoded']) ?? amountOf(token['num_tokens_predicted']),
  };
}

function known(slots: readonly Slot[]): readonly Slot[] {
  return slots.filter((slot) => slot.used !== null);
}

function addUp(slots: readonly Slot[]): number | null {
  let sum = 0;
  for (const slot of slots) {
    if (slot.used === null) return null;
    sum += slot.used;
  }
  return sum;
}

function windowTotal(slots: readonly Slot[], kvUnified: boolean | null): number | null {
  const windows = slots.map(({ window }) => window);
  if (kvUnified || windows.length === 1) return windows[0] ?? null;
  if (kvUnified === null || windows.includes(null)) return null;
  return windows.reduce<number>((sum, window) => sum + (window ?? 0), 0);
}

function fullest(slots: readonly Slot[]): SlotUse | null {
  const uses = slots.flatMap(({ id, used: tokens, window }) => {
    const share = percent(tokens, window);
    return share === null ? [] : [{ id, used: tokens!, total: window!, percent: share }];
  });
  return uses.toSorted((a, b) => b.percent - a.percent)[0] ?? null;
}

function decodedEntry({ id, task, decoded }: Slot): [string, number][] {
  return task === null || decoded === null ? [] : [[`${id}:${task}`, decoded]];
}

function phaseEntry({ id, decoded }: Slot): [string, 'prompt' | 'generating'][] {
  return decoded === null ? [] : [[String(id), decoded === 0 ? 'prompt' : 'generating']];
}

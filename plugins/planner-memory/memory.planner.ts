import {
  DeviceBytes,
  Plan,
  PlanCandidate,
  Planner,
  PlannerModel,
  PlanQuestion,
  ResidentModel,
} from '#lib/plugin-api';
import { MemorySettings } from './memory-settings.js';
import { fits, Room, roomOf } from './room.js';

const GIBIBYTE = 2 ** 30;
/** Taken for the time to reload a model that was never measured. */
const UNMEASURED_RELOAD_MS = 10_000;

interface Victim {
  readonly model: string;
  readonly need: DeviceBytes | null;
  /** 0: idle, 1: wanted by waiting requests, 2: busy or loading. */
  readonly reluctance: number;
  readonly worth: number;
}

/**
 * Evicts only when memory is short, and then what is worth least: the time to reload per byte, as in
 * GreedyDual-Size (Cao and Irani, "Cost-Aware WWW Proxy Caching Algorithms", 1997), times how often
 * the model was asked for of late, so that what is not used any more ages and falls behind. Idle
 * models go before wanted ones, these before busy ones, pinned ones never.
 */
export class MemoryPlanner implements Planner {
  private readonly needs: ReadonlyMap<string, DeviceBytes | null>;

  constructor(
    models: readonly PlannerModel[],
    private readonly settings: MemorySettings,
  ) {
    this.needs = new Map(models.map(({ id, memory }) => [id, memory]));
  }

  plan(question: PlanQuestion): Plan {
    const { target, resident } = question;
    const others = resident.filter(({ model }) => model !== target);
    const room = roomOf(question.devices ?? [], this.settings);
    const need = question.targetMemory ?? this.needs.get(target) ?? null;
    const isThere = others.length < resident.length;
    if (isThere || fits([need, ...others.map((other) => this.need(other))], room)) {
      return { evict: [], cost: 0, choice: isThere ? 'resident' : 'fits' };
    }
    const victims = this.victims(others, question.nowMs);
    const fitsWithout = roomCheck({ others: others.map((other) => this.need(other)), need, room });
    const chosen = choose(victims, fitsWithout);
    const evict = inOrder(resident, chosen);
    const cost = chosen.reduce((sum, { worth }) => sum + worth, 0);
    const rest = victims.filter((victim) => !chosen.includes(victim) && fitsWithout([victim]));
    const alternatives = rest.map((victim): PlanCandidate => {
      return { evict: [victim.model], cost: victim.worth, choice: 'worth more' };
    });
    const candidates = [{ evict, cost, choice: 'least worth' }, ...alternatives];
    return { evict, cost, choice: 'least worth', candidates };
  }

  /** False only when the needs are known and exceed the configured budgets. */
  canRunTogether(models: readonly string[]): boolean {
    const needs = models.map((model) => this.needs.get(model) ?? null);
    const room = roomOf([], this.settings);
    return room.totalBytes === null || needs.includes(null) || fits(needs, room);
  }

  private victims(others: readonly ResidentModel[], nowMs: number): Victim[] {
    return others
      .filter(({ model }) => !this.settings.pinned.has(model))
      .map((other) => ({
        model: other.model,
        need: this.need(other),
        reluctance: reluctanceOf(other),
        worth: this.worth(other, nowMs),
      }))
      .toSorted((a, b) => a.reluctance - b.reluctance || a.worth - b.worth);
  }

  private need({ model, memory }: ResidentModel): DeviceBytes | null {
    return memory ?? this.needs.get(model) ?? null;
  }

  private worth(resident: ResidentModel, nowMs: number): number {
    const { loadMs, stopMs } = resident.statistics ?? { loadMs: null, stopMs: null };
    const reloadMs = (loadMs ?? UNMEASURED_RELOAD_MS) + (stopMs ?? 0);
    const need = this.need(resident);
    const size = need === null ? GIBIBYTE : Math.max(1, sizeOf(need));
    const idleMs = Math.max(1, nowMs - (resident.lastUsedMs ?? 0));
    // Where nobody counts uses, or all have faded, the more recent use decides.
    const uses = (resident.recentUses ?? 0) + 1000 / (idleMs + 1000);
    return (uses * reloadMs) / (size / GIBIBYTE);
  }
}

/** Whether the target fits when these victims are gone. */
type RoomCheck = (gone: readonly Victim[]) => boolean;

function roomCheck({
  others,
  need,
  room,
}: {
  others: readonly (DeviceBytes | null)[];
  need: DeviceBytes | null;
  room: Room;
}): RoomCheck {
  return (gone) => {
    const left = [...others];
    for (const victim of gone) left.splice(left.indexOf(victim.need), 1);
    return fits([need, ...left], room);
  };
}

/** Takes victims from the front until the rest fits, then spares those that need not go. */
function choose(victims: readonly Victim[], fitsWithout: RoomCheck): readonly Victim[] {
  const count = victims.findIndex((_, index) => fitsWithout(victims.slice(0, index + 1)));
  if (count < 0) return victims;
  let chosen = victims.slice(0, count + 1);
  for (const spared of chosen.toReversed()) {
    const fewer = chosen.filter((victim) => victim !== spared);
    if (fitsWithout(fewer)) chosen = fewer;
  }
  return chosen;
}

function inOrder(resident: readonly ResidentModel[], victims: readonly Victim[]): string[] {
  const gone = new Set(victims.map(({ model }) => model));
  return resident.map(({ model }) => model).filter((model) => gone.has(model));
}

function reluctanceOf({ state, inFlight, waiting }: ResidentModel): number {
  if (inFlight > 0 || state === 'starting' || state === 'stopped') return 2;
  return waiting > 0 ? 1 : 0;
}

function sizeOf(need: DeviceBytes): number {
  return Object.values(need).reduce((sum, bytes) => sum + bytes, 0);
}

import { compareIds, Plan, SchedulerEffects, WaitReason } from '#lib/plugin-api';
import { Estimates } from './estimates.js';
import { hold } from './hold.js';
import { ModelRecord } from './model-record.js';
import { Situation } from './situation.js';
import { SwapTable } from './swap-table.js';

/** What a judgement looks at. */
export interface JudgeSources {
  readonly effects: SchedulerEffects;
  readonly estimates: Estimates;
  readonly swaps: SwapTable;
  readonly record: (model: string) => ModelRecord;
  readonly holdMs: number;
}

/** A due model that cannot be served yet, and the models that are closed for its sake. */
export interface Reservation {
  readonly target: string;
  readonly evict: readonly string[];
}

/** One question to the judge. */
export interface JudgeQuestion {
  readonly target: ModelRecord;
  readonly situation: Situation;
  /** The oldest waiting request has waited too long. */
  readonly isDue: boolean;
  /** Reservations that come before this model. */
  readonly reservations: readonly Reservation[];
  /** What was reserved for this model before: kept where possible. */
  readonly reserved: readonly string[] | undefined;
}

/** What may be done now. */
export type Verdict =
  | {
      readonly kind: 'swap';
      readonly plan: Plan;
      /** Swaps that nobody waits for any more and that are in the way. */
      readonly giveUp: readonly string[];
    }
  | {
      readonly kind: 'wait';
      readonly reason: WaitReason;
      /** What must be evicted sooner or later. */
      readonly evict: readonly string[];
      /** When to look again, if time alone can change the verdict. */
      readonly untilMs?: number;
    };

interface Option {
  readonly plan: Plan;
  readonly blockers: readonly string[];
  readonly lossMs: number;
  readonly wasReserved: boolean;
}

/** Judges whether the swap that a model needs can begin now. Changes nothing. */
export class SwapJudge {
  constructor(private readonly sources: JudgeSources) {}

  judge(question: JudgeQuestion): Verdict {
    const { target, situation } = question;
    const { model } = target;
    if (target.unloads > 0 || target.leaving) {
      return { kind: 'wait', reason: { kind: 'leaving', models: [model] }, evict: [] };
    }
    const pushers = this.sources.swaps.evicting(model);
    const wanted = pushers.filter((other) => this.sources.record(other).waiting.length > 0);
    if (wanted.length > 0) {
      return { kind: 'wait', reason: { kind: 'busy', models: wanted }, evict: [] };
    }
    const { plan, blockers } = this.choose(question);
    const { evict } = plan;
    if (blockers.length > 0) {
      return { kind: 'wait', reason: { kind: 'busy', models: blockers }, evict };
    }
    const awaited = this.awaited(target, { situation, evict });
    const unloading = awaited.filter((leaving) => this.sources.record(leaving).unloads > 0);
    if (unloading.length > 0) {
      return { kind: 'wait', reason: { kind: 'leaving', models: unloading }, evict };
    }
    return this.weigh(question, { plan, awaited });
  }

  /** The swap is possible; is it wanted now? */
  private weigh(
    { target, situation, isDue, reservations }: JudgeQuestion,
    { plan, awaited }: { plan: Plan; awaited: readonly string[] },
  ): Verdict {
    const { estimates, effects, swaps } = this.sources;
    const disturbed = this.disturbed(target.model, { situation, plan, reservations });
    if (disturbed) {
      const reason: WaitReason = { kind: 'reserved', models: [disturbed] };
      return { kind: 'wait', reason, evict: plan.evict };
    }
    const victims = plan.evict.map((model) => this.sources.record(model));
    const holdMs = isDue ? 0 : this.sources.holdMs;
    const untilMs = hold({ target, victims, estimates, holdMs, nowMs: effects.nowMs() });
    if (untilMs !== null) {
      const reason: WaitReason = { kind: 'hold', models: plan.evict };
      return { kind: 'wait', reason, evict: plan.evict, untilMs };
    }
    const inTheWay = [...plan.evict, ...swaps.evicting(target.model)];
    const giveUp = [...new Set(inTheWay)].filter((model) => swaps.has(model));
    const evict = [...plan.evict, ...awaited].toSorted(compareIds);
    return { kind: 'swap', plan: { ...plan, evict }, giveUp };
  }

  /** Among equally cheap candidates: one that can go now, then the one that loses least. */
  private choose({ target, situation, reserved }: JudgeQuestion): Option {
    const { effects } = this.sources;
    const plan = effects.plan(target.model, situation.staying);
    const equal = (plan.candidates ?? []).filter(({ cost }) => cost === plan.cost);
    const plans = equal.length > 1 ? equal.map((candidate) => ({ ...plan, ...candidate })) : [plan];
    const options = plans.map((each) => this.option(each, reserved));
    return options.reduce((best, option) => (isBetter(option, best) ? option : best));
  }

  private option(plan: Plan, reserved: readonly string[] | undefined): Option {
    const { estimates, effects, record, swaps } = this.sources;
    const victims = plan.evict.map(record);
    const nowMs = effects.nowMs();
    return {
      plan,
      blockers: victims
        .filter((victim) => victim.busy || (swaps.has(victim.model) && victim.waiting.length > 0))
        .map(({ model }) => model),
      lossMs: victims.reduce((sum, victim) => sum + estimates.lossMs(victim, nowMs), 0),
      wasReserved: reserved !== undefined && sameModels(reserved, plan.evict),
    };
  }

  /** Models that leave anyway and that the target may not meet. */
  private awaited(
    { model }: ModelRecord,
    { situation, evict }: { situation: Situation; evict: readonly string[] },
  ): readonly string[] {
    const leaving = situation.leaving.filter((other) => other !== model);
    if (leaving.length === 0) return [];
    const kept = situation.staying.filter((other) => !evict.includes(other));
    const all = [...kept, ...leaving].toSorted(compareIds);
    const forbidden = this.sources.effects.plan(model, all).evict;
    return forbidden.some((other) => kept.includes(other)) ? leaving : forbidden;
  }

  /** The due model whose way this swap would block, or undefined. */
  private disturbed(
    model: string,
    {
      situation,
      plan,
      reservations,
    }: { situation: Situation; plan: Plan; reservations: readonly Reservation[] },
  ): string | undefined {
    const kept = situation.staying.filter((other) => !plan.evict.includes(other));
    const after = kept.includes(model) ? kept : [...kept, model].toSorted(compareIds);
    const isInTheWay = ({ target }: Reservation): boolean =>
      target !== model && this.sources.effects.plan(target, after).evict.includes(model);
    return reservations.find(isInTheWay)?.target;
  }
}

function isBetter(option: Option, best: Option): boolean {
  const blocked = Number(option.blockers.length > 0) - Number(best.blockers.length > 0);
  if (blocked !== 0) return blocked < 0;
  if (option.wasReserved !== best.wasReserved) return option.wasReserved;
  return option.lossMs < best.lossMs;
}

function sameModels(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((model, index) => model === b[index]);
}

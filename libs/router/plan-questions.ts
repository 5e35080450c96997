import { DeviceBytes, ModelStatistics, PlanQuestion, ResidentModel } from '#lib/plugin-api';
import { MemorySource } from './memory-source.interface.js';
import { ModelLedger } from './model-ledger.js';
import { ProcessRoster } from './process.roster.js';
import { RoutedModel } from './router-settings.interface.js';

/** What a question is made from. */
export interface PlanQuestionParts {
  readonly roster: ProcessRoster;
  readonly ledger: ModelLedger;
  readonly memory: MemorySource | null;
  readonly model: (id: string) => RoutedModel | undefined;
}

/** Describes the present situation to a planner. */
export class PlanQuestions {
  constructor(private readonly parts: PlanQuestionParts) {}

  ask(target: string, resident: readonly string[], nowMs: number): PlanQuestion {
    return {
      target,
      resident: resident.map((model) => this.resident(model, nowMs)),
      targetStatistics: this.statistics(target),
      targetMemory: this.need(target),
      targetWaiting: this.parts.ledger.of(target).waiting,
      devices: this.parts.memory?.devices() ?? [],
      nowMs,
    };
  }

  statistics(model: string): ModelStatistics {
    const { loadMs, stopMs, serviceMs = null } = this.parts.roster.times(model);
    return { loadMs, stopMs, serviceMs: this.parts.ledger.of(model).serviceMs ?? serviceMs };
  }

  private resident(model: string, nowMs: number): ResidentModel {
    const { inFlight, waiting, lastUsedMs } = this.parts.ledger.of(model);
    return {
      model,
      state: this.parts.roster.state(model),
      inFlight,
      waiting,
      lastUsedMs,
      recentUses: this.parts.ledger.recentUses(model, nowMs),
      statistics: this.statistics(model),
      memory: this.need(model),
    };
  }

  /** Configured or learned, whichever is more; null when neither is known. */
  need(model: string): DeviceBytes | null {
    const configured = this.parts.model(model)?.memory ?? null;
    const learned = this.parts.memory?.of(model) ?? null;
    return configured && learned && sum(configured) >= sum(learned)
      ? configured
      : (learned ?? configured);
  }
}

function sum(amounts: DeviceBytes): number {
  return Object.values(amounts).reduce((total, bytes) => total + bytes, 0);
}

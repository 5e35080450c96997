import { ModelStatistics } from '#lib/plugin-api';

/** Weight of a new measurement in the decayed average. */
const WEIGHT = 0.3;

const UNKNOWN: ModelStatistics = Object.freeze({ loadMs: null, stopMs: null, serviceMs: null });

/** Decayed averages of what each model's loads, stops and requests have taken. */
export class ProcessStatistics {
  private readonly models = new Map<string, ModelStatistics>();

  /** Takes a measurement in milliseconds into the average. */
  record(model: string, what: keyof ModelStatistics, durationMs: number): void {
    const before = this.of(model);
    const average = before[what];
    const value = average === null ? durationMs : average + WEIGHT * (durationMs - average);
    this.models.set(model, Object.freeze({ ...before, [what]: value }));
  }

  /** Present averages of one model; null where nothing was measured. */
  of(model: string): ModelStatistics {
    return this.models.get(model) ?? UNKNOWN;
  }

  /** Everything measured, by model id, for keeping across restarts. */
  snapshot(): ReadonlyMap<string, ModelStatistics> {
    return new Map(this.models);
  }

  /** Takes over kept averages for models that have none of their own yet. */
  restore(kept: ReadonlyMap<string, ModelStatistics>): void {
    for (const [model, statistics] of kept) {
      if (!this.models.has(model)) this.models.set(model, Object.freeze({ ...statistics }));
    }
  }
}

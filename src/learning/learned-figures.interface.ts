import { DeviceBytes, ModelStatistics } from '#lib/plugin-api';

/** What was learned about one model. */
export interface LearnedModel extends ModelStatistics {
  /** Highest memory seen, bytes per device; null when none was seen. */
  readonly memory: DeviceBytes | null;
}

/** What was learned about all models, by id. */
export type LearnedModels = ReadonlyMap<string, LearnedModel>;

import { PlannerConfig, PluginConfigProblem } from '#lib/plugin-api';

/** What a planner says about its settings. */
export interface PlannerVerdict {
  /** Problems with paths below the planner's settings, such as `sets.combo`. */
  readonly problems: readonly PluginConfigProblem[];
  /** Whether these models may be resident at once; absent when the planner cannot be asked. */
  readonly canRunTogether?: (models: readonly string[]) => boolean;
}

/**
 * Asks the planner of this name about its settings, or returns null when there is no such planner.
 * The composition root supplies it, because the configuration knows no plugin.
 */
export type PlannerCheck = (use: string, config: PlannerConfig) => PlannerVerdict | null;

/** What the scheduler of this name finds wrong with its settings, paths below them. */
export type SchedulerCheck = (use: string, settings: unknown) => readonly PluginConfigProblem[];

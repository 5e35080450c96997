import { Planner, PlannerConfig, PlannerPlugin, SwapPlanner } from '#lib/plugin-api';
import { GroupPlanner } from './group.planner.js';
import { readGroups } from './group-settings.js';

/**
 * The planner `group`: models are sorted into groups, and three flags per group say who may run
 * beside whom. The rules are those of llama-swap's `groups`.
 */
@SwapPlanner('group')
export class GroupPlannerPlugin implements PlannerPlugin {
  /** @throws PluginConfigError with every problem of the groups. */
  createPlanner(config: PlannerConfig): Planner {
    return new GroupPlanner(readGroups(config));
  }
}

import { PlannerCheck, SchedulerCheck } from '#lib/config';
import { PluginConfigError } from '#lib/plugin-api';
import { PluginRegistry } from '#lib/plugin-host';

/** Lets the planners among the plugins judge their settings while a configuration is read. */
export function plannerCheck(registry: PluginRegistry): PlannerCheck {
  return (use, config) => {
    const plugin = registry.all('planner').get(use);
    if (!plugin) return null;
    try {
      const planner = plugin.createPlanner(config);
      return { problems: [], canRunTogether: (models) => planner.canRunTogether(models) };
    } catch (error) {
      if (!(error instanceof PluginConfigError)) throw error;
      return { problems: error.problems };
    }
  };
}

/** Lets the schedulers among the plugins judge their settings while a configuration is read. */
export function schedulerCheck(registry: PluginRegistry): SchedulerCheck {
  return (use, settings) => {
    try {
      registry.all('scheduler').get(use)?.checkSettings?.(settings);
      return [];
    } catch (error) {
      if (!(error instanceof PluginConfigError)) throw error;
      return error.problems;
    }
  };
}

import type { Planner, PlannerPlugin } from '#lib/plugin-api';
import { MemoryPlannerPlugin } from '#plugin/planner-memory';

/**
 * What the memory planner is compared with: the same rule of fit, but the victims are those that
 * were used least recently.
 */
export class LruPlannerPlugin implements PlannerPlugin {
  createPlanner(config: Parameters<PlannerPlugin['createPlanner']>[0]): Planner {
    const fit = new MemoryPlannerPlugin().createPlanner(config);
    return {
      plan: (question) => {
        // Where every reload costs the same per byte and nobody counts uses, recency decides.
        const resident = question.resident.map((each) => {
          const bytes = Object.values(each.memory ?? {}).reduce((sum, part) => sum + part, 0);
          const statistics = { loadMs: bytes / 2 ** 20, stopMs: 0, serviceMs: null };
          return { ...each, recentUses: 0, statistics };
        });
        const { evict } = fit.plan({ ...question, resident });
        return { evict };
      },
      canRunTogether: (models) => fit.canRunTogether(models),
    };
  }
}

import { Plan, Planner, PlanQuestion } from '#lib/plugin-api';
import { Group } from './group-settings.js';

/**
 * Evicts by group: a live model M makes room for target T when it is in T's group and the group
 * swaps, or when it is in another group, T's group is exclusive and M's is not persistent. Neither
 * M's state nor whether it is busy matters.
 */
export class GroupPlanner implements Planner {
  /** @param groups The group of every model, by model id. */
  constructor(private readonly groups: ReadonlyMap<string, Group>) {}

  plan({ target, resident }: PlanQuestion): Plan {
    const group = this.groups.get(target);
    const evict: string[] = [];
    for (const { model } of resident) {
      if (model !== target && this.mustLeave(model, group)) evict.push(model);
    }
    return { evict, cost: evict.length, ...(group && { choice: group.name }) };
  }

  canRunTogether(models: readonly string[]): boolean {
    return models.every((target) => {
      const group = this.groups.get(target);
      return models.every((model) => model === target || !this.mustLeave(model, group));
    });
  }

  /** A model that a reload has removed has no group: it never stays beside an exclusive one. */
  private mustLeave(model: string, target: Group | undefined): boolean {
    const group = this.groups.get(model);
    if (group && group === target) return group.swap;
    return (target?.exclusive ?? true) && !(group?.persistent ?? false);
  }
}

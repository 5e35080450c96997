import { PluginConfigError, SwapPlanner } from 'drover/plugin-api';

/** Keeps at most `most` models running; the one that was used least recently stops first. */
export class HelloPlannerPlugin {
  createPlanner({ settings }) {
    const { most = 2 } = settings ?? {};
    if (!Number.isInteger(most) || most < 1) {
      const message = `most must be a whole number of at least 1, not ${JSON.stringify(most)}`;
      throw new PluginConfigError([{ path: 'most', message }]);
    }
    return {
      plan: ({ target, resident }) => ({ evict: oldest(resident, target, most) }),
      canRunTogether: (models) => models.length <= most,
    };
  }
}

SwapPlanner('hello')(HelloPlannerPlugin);

function oldest(resident, target, most) {
  const others = resident.filter(({ model }) => model !== target);
  if (others.length < resident.length) return [];
  const gone = others
    .toSorted((a, b) => a.inFlight - b.inFlight || (a.lastUsedMs ?? 0) - (b.lastUsedMs ?? 0))
    .slice(0, Math.max(0, others.length + 1 - most));
  return others.filter((other) => gone.includes(other)).map(({ model }) => model);
}

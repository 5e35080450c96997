import { Planner, PlannerConfig, PlannerPlugin, PluginConfigError } from '#lib/plugin-api';
import { LONGEST_WAIT_MS } from './call-budget.js';
import { IsolatedPlanner } from './isolated.planner.js';
import { PluginThread } from './plugin-thread.js';

/** Stands for a planner plugin of a package, which lives in a thread of its own. */
export class IsolatedPlannerPlugin implements PlannerPlugin {
  private readonly dropped: FinalizationRegistry<{ object: number; generation: number }>;

  constructor(
    private readonly thread: PluginThread,
    private readonly name: string,
  ) {
    this.dropped = new FinalizationRegistry(({ object, generation }) =>
      thread.drop(object, generation),
    );
  }

  /** @throws PluginConfigError as the plugin does, and when it does not answer in time. */
  createPlanner({ resolve, ...config }: PlannerConfig): Planner {
    const { thread, name } = this;
    const keepAs = thread.nextObject();
    const order = { object: 0, method: 'createPlanner', args: [config], keepAs };
    const answer = thread.call({ ...order, asks: { resolve }, givesAsks: true });
    if (answer.kind === 'late') {
      const message = `the planner ${name} does not read its settings within ${LONGEST_WAIT_MS} ms`;
      throw new PluginConfigError([{ path: '', message, kind: 'slow' }]);
    }
    const planner = new IsolatedPlanner({ thread, name, object: keepAs });
    this.dropped.register(planner, { object: keepAs, generation: thread.generation });
    return planner;
  }
}

import { PlannerConfig, PlannerPlugin, SwapPlanner } from '#lib/plugin-api';
import { MemoryPlanner } from './memory.planner.js';
import { readMemorySettings } from './memory-settings.js';

/**
 * The planner `memory`: models may run together as long as they fit. What a model needs is
 * configured (`models.<id>.memory`) or learned from earlier loads; what there is comes from the GPU
 * probes or from `budget`.
 *
 * @example
 * ```yaml
 * routing:
 *   router:
 *     use: memory
 *     settings:
 *       memory: { reserve: 512MiB, pinned: [embedder], budget: { gpu0: 22GiB } }
 * ```
 */
@SwapPlanner('memory')
export class MemoryPlannerPlugin implements PlannerPlugin {
  /** @throws PluginConfigError with every problem of budget, reserve and pinned. */
  createPlanner(config: PlannerConfig): MemoryPlanner {
    return new MemoryPlanner(config.models, readMemorySettings(config));
  }
}

import { PlannerConfig, PlannerPlugin, SwapPlanner } from '#lib/plugin-api';
import { MatrixPlanner } from './matrix.planner.js';
import { checkMatrix } from './matrix-settings.js';

/**
 * The planner `matrix`: named sets say which models may run together.
 *
 * @example
 * ```yaml
 * routing:
 *   router:
 *     use: matrix
 *     settings:
 *       matrix:
 *         vars: { L: org/large }
 *         evict_costs: { L: 30 }
 *         sets: { chat: 'small | L', talk: '+chat & tts' }
 * ```
 */
@SwapPlanner('matrix')
export class MatrixPlannerPlugin implements PlannerPlugin {
  /** @throws PluginConfigError with every problem of vars, evict_costs and sets. */
  createPlanner(config: PlannerConfig): MatrixPlanner {
    return new MatrixPlanner(checkMatrix(config));
  }
}

import { DeviceBytes, ModelState, ModelStatistics } from './model-state.js';

/**
 * A swap planner answers one question: which models must stop so that another can run?
 *
 * Life cycle:
 * 1. Nest constructs the {@link PlannerPlugin} once.
 * 2. `createPlanner` is called for each accepted configuration. It throws a
 *    `PluginConfigError` that lists every problem when its settings cannot work.
 * 3. `plan` is called for every arriving request that cannot be served at once, and again for
 *    waiting requests whenever the situation changes. It is a pure, silent function that answers
 *    within a millisecond: no input or output, no timers, no state that outlives the call other
 *    than caches.
 * 4. `swapStarted` is called once for each swap that really begins: the only place for a log line.
 * 5. After a reload a new planner takes over; the old one is dropped without notice.
 *
 * @example
 * ```ts
 * \@SwapPlanner('one-at-a-time')
 * export class OneAtATimePlugin implements PlannerPlugin {
 *   createPlanner(): Planner {
 *     return {
 *       plan: ({ target, resident }) => ({
 *         evict: resident.filter((r) => r.model !== target).map((r) => r.model),
 *       }),
 *       canRunTogether: (models) => models.length < 2,
 *     };
 *   }
 * }
 * ```
 */
export interface PlannerPlugin {
  createPlanner(config: PlannerConfig): Planner;
}

/** What a planner is built from. */
export interface PlannerConfig {
  /** Every configured local model, in byte order of ids. */
  readonly models: readonly PlannerModel[];
  /** The planner's own section of the configuration, as written (plain YAML values). */
  readonly settings: unknown;
  /** Turns an alias into its model id; returns ids unchanged and null for unknown names. */
  readonly resolve: (name: string) => string | null;
}

/** One configured model as a planner sees it. */
export interface PlannerModel {
  readonly id: string;
  /** Configured memory need per device in bytes; null when not configured. */
  readonly memory: DeviceBytes | null;
}

/** One configuration's planner. */
export interface Planner {
  /** Which models to evict for `question.target`; never contains the target. */
  plan(question: PlanQuestion): Plan;
  /** Whether all these models may be resident at once (spill-over selectors are checked by it). */
  canRunTogether(models: readonly string[]): boolean;
  /** A swap that follows this plan begins now. */
  swapStarted?(question: PlanQuestion, plan: Plan): void;
}

/** The situation a plan is made for. */
export interface PlanQuestion {
  /** Model that is wanted; may itself be resident. */
  readonly target: string;
  /**
   * Models that hold memory or are about to (the targets of active swaps), in byte order of ids.
   * Contains the target if it is resident.
   */
  readonly resident: readonly ResidentModel[];
  /** Measured times of the target. */
  readonly targetStatistics?: ModelStatistics;
  /** Memory the target will need per device, measured or configured; null when unknown. */
  readonly targetMemory?: DeviceBytes | null;
  /** Requests that wait for the target. */
  readonly targetWaiting?: number;
  /** Memory of the devices, where known. */
  readonly devices?: readonly DeviceMemory[];
  /** Monotonic time of the question in milliseconds. */
  readonly nowMs: number;
}

/** One model that holds memory, or will as soon as its swap has begun to load. */
export interface ResidentModel {
  readonly model: string;
  /** State of its process; `stopped` for the target of a swap that is still evicting. */
  readonly state: ModelState;
  /** Requests being served. */
  readonly inFlight: number;
  /** Requests waiting for this model, in the queue or for its load. */
  readonly waiting: number;
  /** When the last request ended, or the model became ready; null if neither happened. */
  readonly lastUsedMs: number | null;
  /** Requests granted of late: a count in which one an hour ago is worth 37 %. */
  readonly recentUses?: number;
  readonly statistics?: ModelStatistics;
  /** Memory the model holds per device, measured or configured; null when unknown. */
  readonly memory?: DeviceBytes | null;
}

/** Memory of one device in bytes. */
export interface DeviceMemory {
  readonly device: string;
  readonly totalBytes: number;
  readonly freeBytes: number | null;
}

/** A planner's answer. */
export interface Plan {
  /** Models to stop, in the order of `question.resident`. */
  readonly evict: readonly string[];
  /** What was chosen, for the log: a set's name, a group, a rule. */
  readonly choice?: string;
  /** Sum of the costs of what is evicted, in the planner's own unit. */
  readonly cost?: number;
  /** The whole combination that was chosen, also what is not running; absent where there is none. */
  readonly members?: readonly string[];
  /**
   * What was weighed, best first; the first one is the plan itself. A scheduler may follow another
   * candidate of the same cost.
   */
  readonly candidates?: readonly PlanCandidate[];
}

/** One alternative that was weighed. */
export interface PlanCandidate {
  readonly evict: readonly string[];
  readonly cost: number;
  readonly choice?: string;
}

/** Thrown by `createPlanner` and `createScheduler` when settings cannot work. */
export class PluginConfigError extends Error {
  override readonly name = 'PluginConfigError';

  constructor(readonly problems: readonly PluginConfigProblem[]) {
    super(problems.map((p) => `${p.path}: ${p.message}`).join('\n'));
  }
}

/** One thing wrong with a plugin's settings. */
export interface PluginConfigProblem {
  /** Key path below the plugin's settings, for example `groups.big.members[1]`. */
  readonly path: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
  /** Kind of problem for programs, for example `cycle`. */
  readonly kind?: string;
}

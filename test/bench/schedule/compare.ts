import type { PlannerPlugin, SchedulerPlugin } from '#lib/plugin-api';
import { simulate } from '#lib/router';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { MemoryPlannerPlugin } from '#plugin/planner-memory';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';
import { type Figures, figuresOf } from './figures.js';
import { LruPlannerPlugin } from './lru.planner.js';
import type { Workload } from './workloads.js';

/** A scheduler with a planner. */
export interface Contestant {
  readonly name: string;
  readonly scheduler: SchedulerPlugin;
  readonly planner: PlannerPlugin;
}

const fifo = new FifoSchedulerPlugin();
const fair = new FairSchedulerPlugin();
const group = new GroupPlannerPlugin();

/** `fifo` beside `fair`, one resident model. */
export const SCHEDULERS: readonly Contestant[] = [
  { name: 'fifo', scheduler: fifo, planner: group },
  { name: 'fair', scheduler: fair, planner: group },
];

/** The planners beside each other, under `fair`. */
export const PLANNERS: readonly Contestant[] = [
  { name: 'group', scheduler: fair, planner: group },
  { name: 'lru', scheduler: fair, planner: new LruPlannerPlugin() },
  { name: 'memory', scheduler: fair, planner: new MemoryPlannerPlugin() },
];

/** Figures of one contestant on one workload, seed by seed. */
export function play(
  workload: Workload,
  { scheduler, planner }: Contestant,
  seeds: readonly number[],
): Figures[] {
  return seeds.map((seed) => {
    const trace = workload.trace(seed);
    const result = simulate(trace, { scheduler, planner, plannerSettings: {} });
    return figuresOf(trace, result, workload.cold);
  });
}

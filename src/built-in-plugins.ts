import { Type } from '@nestjs/common';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { MatrixPlannerPlugin } from '#plugin/planner-matrix';
import { MemoryPlannerPlugin } from '#plugin/planner-memory';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';

/** Every plugin that comes with Drover; a module lists them among its providers. */
export const BUILT_IN_PLUGINS: readonly Type[] = [
  GroupPlannerPlugin,
  MatrixPlannerPlugin,
  MemoryPlannerPlugin,
  FairSchedulerPlugin,
  FifoSchedulerPlugin,
];

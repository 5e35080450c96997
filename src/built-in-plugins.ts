import { Type } from '@nestjs/common';
import { AppleProbe } from '#plugin/gpu-apple';
import { IntelProbe } from '#plugin/gpu-intel';
import { LactProbe } from '#plugin/gpu-lact';
import { NvidiaSmiProbe } from '#plugin/gpu-nvidia-smi';
import { RocmSmiProbe } from '#plugin/gpu-rocm-smi';
import { SysfsProbe } from '#plugin/gpu-sysfs';
import { WindowsProbe } from '#plugin/gpu-windows';
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
  LactProbe,
  NvidiaSmiProbe,
  RocmSmiProbe,
  SysfsProbe,
  IntelProbe,
  AppleProbe,
  WindowsProbe,
];

import {
  GpuProbePlugin,
  PlannerPlugin,
  PluginKind,
  RuntimePlugin,
  SchedulerPlugin,
} from '#lib/plugin-api';

/** The contract that a plugin of each kind implements. */
export interface PluginContracts {
  readonly planner: PlannerPlugin;
  readonly scheduler: SchedulerPlugin;
  readonly 'gpu-probe': GpuProbePlugin;
  readonly 'process-runtime': RuntimePlugin;
}

/** One plugin that was found among the providers. */
export interface PluginEntry<Kind extends PluginKind = PluginKind> {
  readonly kind: Kind;
  readonly name: string;
  /** Name of its class, for messages and lists. */
  readonly className: string;
  readonly instance: PluginContracts[Kind];
}

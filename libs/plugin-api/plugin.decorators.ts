import 'reflect-metadata';
import { Injectable } from '@nestjs/common';

/** Version of the contract in this folder; a third-party package states the one it was built for. */
export const PLUGIN_API_VERSION = 1;

/**
 * Fixed metadata key, so that a class decorated through another installed copy of this package is
 * recognised (and can be refused with a clear message) instead of being overlooked.
 */
export const PLUGIN_METADATA = 'drover:plugin';

/** Marks this installed copy of the package; another copy has another symbol. */
export const PLUGIN_API_COPY: unique symbol = Symbol('drover/plugin-api');

/** The four places where Drover can be extended. */
export type PluginKind = 'planner' | 'scheduler' | 'gpu-probe' | 'process-runtime';

/** What a plugin decorator leaves on the class. */
export interface PluginMetadata {
  readonly kind: PluginKind;
  readonly name: string;
  readonly apiVersion: number;
  /** Copy of this package that the class was decorated with; see {@link PLUGIN_API_COPY}. */
  readonly copy: symbol;
}

function pluginDecorator(kind: PluginKind): (name: string) => ClassDecorator {
  return (name) => (target) => {
    Injectable()(target);
    const version = { apiVersion: PLUGIN_API_VERSION, copy: PLUGIN_API_COPY };
    const metadata: PluginMetadata = { kind, name, ...version };
    Reflect.defineMetadata(PLUGIN_METADATA, metadata, target);
  };
}

/**
 * Marks a provider as a swap planner: which models must stop to make room. The class implements
 * `PlannerPlugin`; the name is what `routing.router.use` selects.
 *
 * @example
 * ```ts
 * \@SwapPlanner('group')
 * export class GroupPlannerPlugin implements PlannerPlugin { … }
 * ```
 */
export const SwapPlanner = pluginDecorator('planner');

/**
 * Marks a provider as a scheduler: in which order requests are served. The class implements
 * `SchedulerPlugin`; the name is what `routing.scheduler.use` selects.
 */
export const Scheduler = pluginDecorator('scheduler');

/** Marks a provider as a GPU probe. The class implements `GpuProbePlugin`. */
export const GpuProbe = pluginDecorator('gpu-probe');

/** Marks a provider as a process runtime. The class implements `RuntimePlugin`. */
export const ProcessRuntime = pluginDecorator('process-runtime');

/** Reads what a decorator left on a class, or undefined for a class that is no plugin. */
export function readPluginMetadata(target: object): PluginMetadata | undefined {
  return Reflect.getMetadata(PLUGIN_METADATA, target) as PluginMetadata | undefined;
}

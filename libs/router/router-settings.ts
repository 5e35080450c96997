import { DroverConfig, ModelConfig } from '#lib/config';
import { compareIds, Planner, PlannerPlugin } from '#lib/plugin-api';
import { ModelResolver } from './model-resolver.js';
import { RoutedModel, RouterSettings } from './router-settings.interface.js';

/** Requests forwarded at once to a model that says nothing about it. */
const DEFAULT_CONCURRENCY_LIMIT = 10;

/** Requests waiting for a model that says nothing about its limits. */
const DEFAULT_QUEUE_LIMIT = 256;

/** The parts of a configuration that the router works with. */
export type RoutingPart = Pick<DroverConfig, 'models' | 'routing'>;

/**
 * Makes the router's settings from a configuration.
 *
 * @throws PluginConfigError when the planner refuses its settings.
 */
export function routerSettings(
  config: RoutingPart,
  plugin: PlannerPlugin,
  resolver: ModelResolver,
): RouterSettings {
  return {
    models: routedModels(config),
    planner: createPlanner(config, plugin, resolver),
    schedulerSettings: config.routing.scheduler.settings,
  };
}

/** Every local model as the router sees it. */
function routedModels(config: RoutingPart): ReadonlyMap<string, RoutedModel> {
  const priority = config.routing.priority;
  return new Map(
    [...config.models].map(([id, model]) => [id, routedModel(model, priority.get(id) ?? 0)]),
  );
}

function routedModel(model: ModelConfig, priority: number): RoutedModel {
  const limited = model.concurrencyLimit > 0;
  return {
    priority,
    concurrencyLimit: limited ? model.concurrencyLimit : DEFAULT_CONCURRENCY_LIMIT,
    queueLimit: model.queueLimit ?? (limited ? null : DEFAULT_QUEUE_LIMIT),
    ttlMs: model.ttl * 1000,
    unloadTimeoutMs: model.unloadTimeout * 1000,
    memory: model.memory,
  };
}

function createPlanner(
  config: RoutingPart,
  plugin: PlannerPlugin,
  resolver: ModelResolver,
): Planner {
  const models = [...config.models.values()].map(({ id, memory }) => ({ id, memory }));
  return plugin.createPlanner({
    models: models.toSorted((a, b) => compareIds(a.id, b.id)),
    settings: config.routing.planner.settings,
    resolve: (name) => resolver.local(name),
  });
}

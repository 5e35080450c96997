import { ConfigSource, ConfigStore, fileSource, formatProblem, LoadContext } from '#lib/config';
import { SystemClock } from '#lib/foundation';
import { PluginPackage, PluginWatch } from '#lib/plugin-host';
import type { GgufConfigSource } from '../gguf-models/gguf-config.source.js';
import { plannerCheck, schedulerCheck } from '../planner-check.js';
import { CliIo } from './cli-io.interface.js';
import { OpenPlugins, openPlugins } from './open-plugins.js';
import { ServeOptions } from './serve-options.js';

/** The part of the command line that names the configuration. */
export type ConfigFiles = Pick<ServeOptions, 'configPath' | 'configDir' | 'modelsDir'>;

/** The configuration of a server, loaded and good. */
export interface OpenedConfig {
  readonly store: ConfigStore;
  /** The plugin packages that it lists. */
  readonly plugins: readonly PluginPackage[];
  /** How they behave. */
  readonly pluginWatch: PluginWatch;
  /** From now on requests are served: no plugin may hold them up. */
  readonly hurry: () => void;
  /** What loads and probably does not do what its author wants, one line each. */
  readonly warnings: readonly string[];
  /** Looks again at what a reload of the store does not read by itself. */
  readonly refresh: () => Promise<void>;
  /** Ends what reading the configuration needs. */
  readonly close: () => Promise<void>;
}

/** A configuration that cannot be used. */
export class ConfigFailure extends Error {
  override readonly name = 'ConfigFailure';

  /** @param problems at least one, in document order, each with its place */
  constructor(readonly problems: readonly string[]) {
    super(problems[0]);
  }
}

/**
 * Reads the configuration that the command line names, loads the plugin packages that it lists, and
 * checks everything with them.
 *
 * @param isIsolated Planners and schedulers of packages live in threads of their own, so that they
 * cannot hold up requests.
 * @throws ConfigFailure when it has problems, DroverError `PLUGIN_INVALID` for a package that cannot
 * be used.
 */
export async function openConfig(
  options: ConfigFiles,
  io: CliIo,
  isIsolated = false,
): Promise<OpenedConfig> {
  const watch = new PluginWatch();
  const isolation = isIsolated ? { clock: new SystemClock(), watch } : null;
  let plugins = await openPlugins([], io.cwd);
  try {
    const gguf = await openFolder(options, contextOf(plugins, io));
    let store = storeOver(options, { gguf, context: contextOf(plugins, io) });
    let result = store.load();
    if (result.plugins.length > 0) {
      await plugins.close();
      plugins = await openPlugins(result.plugins, io.cwd, isolation);
      store = storeOver(options, { gguf, context: contextOf(plugins, io) });
      result = store.load();
    }
    if (result.config === null) throw new ConfigFailure(result.problems.map(formatProblem));
    const used = plugins;
    return {
      store,
      plugins: used.packages,
      pluginWatch: watch,
      hurry: () => used.hurry(),
      warnings: [...(gguf?.warnings ?? []), ...result.warnings.map(formatProblem)],
      refresh: async () => gguf?.refresh(),
      close: () => used.close(),
    };
  } catch (error) {
    await plugins.close();
    throw error;
  }
}

function contextOf({ registry }: OpenPlugins, io: CliIo): LoadContext {
  return {
    env: io.env,
    cwd: io.cwd,
    platform: process.platform,
    checkPlanner: plannerCheck(registry),
    checkScheduler: schedulerCheck(registry),
    schedulers: registry.names('scheduler'),
  };
}

async function openFolder(
  { modelsDir }: ConfigFiles,
  context: LoadContext,
): Promise<GgufConfigSource | null> {
  if (modelsDir === null) return null;
  // Loaded late: the tables of its library are large and most starts do not need them.
  const { GgufConfigSource } = await import('../gguf-models/gguf-config.source.js');
  const source = new GgufConfigSource(modelsDir, context);
  await source.refresh();
  return source;
}

interface Sources {
  readonly gguf: GgufConfigSource | null;
  readonly context: LoadContext;
}

function storeOver({ configPath, configDir }: ConfigFiles, { gguf, context }: Sources) {
  const files = { configPath: configPath ?? undefined, configDir: configDir ?? undefined };
  const source: ConfigSource = gguf ? gguf.read : fileSource({ ...context, ...files });
  return new ConfigStore(source);
}

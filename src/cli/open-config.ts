import { Type } from '@nestjs/common';
import { ConfigSource, ConfigStore, fileSource, formatProblem, LoadContext } from '#lib/config';
import { loadPluginPackages } from '#lib/plugin-host';
import type { GgufConfigSource } from '../gguf-models/gguf-config.source.js';
import { plannerCheck } from '../planner-check.js';
import { CliIo } from './cli-io.interface.js';
import { OpenPlugins, openPlugins } from './open-plugins.js';
import { ServeOptions } from './serve-options.js';

/** The part of the command line that names the configuration. */
export type ConfigFiles = Pick<ServeOptions, 'configPath' | 'configDir' | 'modelsDir'>;

/** The configuration of a server, loaded and good. */
export interface OpenedConfig {
  readonly store: ConfigStore;
  /** Classes of the plugin packages that it lists. */
  readonly pluginClasses: readonly Type[];
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
 * @throws ConfigFailure when it has problems, DroverError `PLUGIN_INVALID` for a package that cannot
 * be used.
 */
export async function openConfig(options: ConfigFiles, io: CliIo): Promise<OpenedConfig> {
  let plugins = await openPlugins([], io.cwd);
  try {
    const gguf = await openFolder(options, contextOf(plugins, io));
    let store = storeOver(options, { gguf, context: contextOf(plugins, io) });
    let result = store.load();
    if (result.plugins.length > 0) {
      await plugins.close();
      plugins = await openPlugins(result.plugins, io.cwd);
      store = storeOver(options, { gguf, context: contextOf(plugins, io) });
      result = store.load();
    }
    if (result.config === null) throw new ConfigFailure(result.problems.map(formatProblem));
    const packages = await loadPluginPackages(result.plugins, io.cwd);
    const used = plugins;
    return {
      store,
      pluginClasses: packages.flatMap(({ classes }) => classes),
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

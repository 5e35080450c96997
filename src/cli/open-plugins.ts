import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  isolatePackages,
  IsolatedPackages,
  IsolationTools,
  loadPluginPackages,
  PluginHostModule,
  PluginPackage,
  PluginRegistry,
} from '#lib/plugin-host';
import { BUILT_IN_PLUGINS } from '../built-in-plugins.js';

/** The plugins of a command that runs without a server. */
export interface OpenPlugins {
  readonly registry: PluginRegistry;
  /** What was loaded, with the classes that were constructed. */
  readonly packages: readonly PluginPackage[];
  /** From now on requests are served: no isolated plugin may hold them up. */
  hurry(): void;
  close(): Promise<void>;
}

/**
 * Constructs the built-in plugins and those of the named packages, which are looked up from `folder`.
 *
 * @param isolation With it planners and schedulers of packages live in threads of their own, so that
 * they cannot hold up anything. A command that serves nobody does without.
 * @throws DroverError `PLUGIN_INVALID` for a package that cannot be used.
 */
export async function openPlugins(
  names: readonly string[],
  folder: string,
  isolation: IsolationTools | null = null,
): Promise<OpenPlugins> {
  const loaded = await loadPluginPackages(names, folder);
  const isolated = isolation ? await isolatePackages(loaded, isolation) : openly(loaded);
  const { packages } = isolated;
  class CommandModule {}
  Module({
    imports: [PluginHostModule],
    providers: [...BUILT_IN_PLUGINS, ...packages.flatMap(({ classes }) => classes)],
  })(CommandModule);
  const options = { logger: false, abortOnError: false } as const;
  const context = await NestFactory.createApplicationContext(CommandModule, options);
  return {
    registry: context.get(PluginRegistry),
    packages,
    hurry: () => isolated.hurry(),
    close: async () => {
      isolated.close();
      await context.close();
    },
  };
}

function openly(packages: readonly PluginPackage[]): IsolatedPackages {
  return { packages, hurry: () => {}, close: () => {} };
}

import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadPluginPackages, PluginHostModule, PluginRegistry } from '#lib/plugin-host';
import { BUILT_IN_PLUGINS } from '../built-in-plugins.js';

/** The plugins of a command that runs without a server. */
export interface OpenPlugins {
  readonly registry: PluginRegistry;
  close(): Promise<void>;
}

/**
 * Constructs the built-in plugins and those of the named packages, which are looked up from `folder`.
 *
 * @throws DroverError `PLUGIN_INVALID` for a package that cannot be used.
 */
export async function openPlugins(names: readonly string[], folder: string): Promise<OpenPlugins> {
  const packages = await loadPluginPackages(names, folder);
  class CommandModule {}
  Module({
    imports: [PluginHostModule],
    providers: [...BUILT_IN_PLUGINS, ...packages.flatMap(({ classes }) => classes)],
  })(CommandModule);
  const options = { logger: false, abortOnError: false } as const;
  const context = await NestFactory.createApplicationContext(CommandModule, options);
  return { registry: context.get(PluginRegistry), close: () => context.close() };
}

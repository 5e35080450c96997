import { DynamicModule, Module, Type } from '@nestjs/common';
import { PluginPackage, PluginWatch } from '#lib/plugin-host';
import { BUILT_IN_PLUGINS } from '../built-in-plugins.js';
import { PluginFaultsFeed } from './plugin-faults.feed.js';
import { PluginPackages } from './plugin.packages.js';
import { PluginsController } from './plugins.controller.js';

/** What the module is made from. */
export interface LoadedPlugins {
  readonly plugins: readonly PluginPackage[];
  readonly pluginWatch: PluginWatch;
}

/** The built-in plugins and those of the configuration's packages; tells how they behave. */
@Module({})
export class PluginsModule {
  /** @param imports Modules that export the plugin registry. */
  static with(
    { plugins, pluginWatch }: LoadedPlugins,
    imports: DynamicModule['imports'],
  ): DynamicModule {
    const classes: Type[] = plugins.flatMap((one) => [...one.classes]);
    return {
      module: PluginsModule,
      imports,
      controllers: [PluginsController],
      providers: [
        ...BUILT_IN_PLUGINS,
        ...classes,
        { provide: PluginWatch, useValue: pluginWatch },
        { provide: PluginPackages, useValue: new PluginPackages(plugins) },
        PluginFaultsFeed,
      ],
    };
  }
}

import { PluginPackage } from '#lib/plugin-host';

/** The packages that the configuration lists under `plugins`, as they were loaded. */
export class PluginPackages {
  constructor(readonly list: readonly PluginPackage[]) {}
}

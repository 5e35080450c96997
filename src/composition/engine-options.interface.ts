import { ConfigStore } from '#lib/config';
import { PluginPackage, PluginWatch } from '#lib/plugin-host';
import { ConfigRefresh } from '../reload/config-refresh.interface.js';

/** What the parts behind HTTP are built from. */
export interface EngineOptions {
  /** Loaded and good. */
  readonly store: ConfigStore;
  /** Third-party plugins. */
  readonly plugins: readonly PluginPackage[];
  /** How they behave. */
  readonly pluginWatch: PluginWatch;
  readonly refresh: ConfigRefresh;
}

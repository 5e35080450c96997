import { Type } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { ConfigRefresh } from '../reload/config-refresh.interface.js';

/** What the parts behind HTTP are built from. */
export interface EngineOptions {
  /** Loaded and good. */
  readonly store: ConfigStore;
  /** Classes of third-party plugins. */
  readonly pluginClasses: readonly Type[];
  readonly refresh: ConfigRefresh;
}

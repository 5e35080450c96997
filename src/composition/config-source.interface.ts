import { DroverConfig } from '#lib/config';

/** Gives the configuration that is in force now. */
export interface ConfigSource {
  /** Frozen; another object after each reload. */
  readonly current: DroverConfig;
}

/** Injection token of the {@link ConfigSource}. */
export const CONFIG_SOURCE = Symbol.for('drover:config-source');

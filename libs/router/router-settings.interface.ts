import { DeviceBytes, Planner } from '#lib/plugin-api';

/** One configuration as the router sees it. */
export interface RouterSettings {
  readonly models: ReadonlyMap<string, RoutedModel>;
  readonly planner: Planner;
  /** The scheduler's own section of the configuration, as written. */
  readonly schedulerSettings: unknown;
}

/** One local model as the router sees it. */
export interface RoutedModel {
  readonly priority: number;
  /** Most requests forwarded at once. */
  readonly concurrencyLimit: number;
  /** Most waiting requests; null when the concurrency limit counts them too. */
  readonly queueLimit: number | null;
  /** Idle time before an unload, milliseconds; 0: never. */
  readonly ttlMs: number;
  /** Grace of every stop that is not the shutdown's, milliseconds. */
  readonly unloadTimeoutMs: number;
  /** Configured memory need per device; null when not configured. */
  readonly memory: DeviceBytes | null;
}

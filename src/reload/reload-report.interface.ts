/** Who asked for a reload: SIGHUP, the watcher of `-watch-config`, or the API. */
export type ReloadTrigger = 'signal' | 'watch' | 'api';

/** What a reload did to the models, ids in byte order. */
export interface ModelChanges {
  /** New models; they start when somebody asks for them. */
  readonly added: readonly string[];
  /** Models that are gone: they finish what they answer and stop. */
  readonly removed: readonly string[];
  /** Models whose process depends on what changed: they finish, stop, and start anew on request. */
  readonly restarted: readonly string[];
  /** Models whose changes apply to the running process. */
  readonly updated: readonly string[];
}

/** How one reload went. */
export interface ReloadReport {
  readonly trigger: ReloadTrigger;
  /** End of the reload, Unix milliseconds. */
  readonly atMs: number;
  /**
   * `applied`: the new configuration is in force. `unchanged`: it means the same as the old one.
   * `rejected`: it has problems, and the old one stays in force untouched.
   */
  readonly outcome: 'applied' | 'unchanged' | 'rejected';
  /** Each as `file:line:col key.path: what is wrong`. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** Null unless applied. */
  readonly changes: ModelChanges | null;
  /** Settings that changed but need a restart of Drover. */
  readonly needsRestart: readonly string[];
}

/** What is different between two configurations; ids and keys in byte order. */
export interface ConfigDiff {
  /** Models that are new. */
  readonly added: readonly string[];
  /** Models that are gone. */
  readonly removed: readonly string[];
  /** Models whose process depends on what changed: they stop and start anew on request. */
  readonly restarted: readonly string[];
  /** Models whose changes apply to the running process. */
  readonly updated: readonly string[];
  /** Models that are the same. */
  readonly unchanged: readonly string[];
  /** What changed in each of the `restarted` and `updated` models: keys of the file. */
  readonly changedKeys: ReadonlyMap<string, readonly string[]>;
  /** Keys outside `models` that changed and apply at once. */
  readonly settings: readonly string[];
  /** Keys that changed and need a restart of Drover. */
  readonly needsRestart: readonly string[];
  /** Models that are new in the preload list. */
  readonly preload: readonly string[];
  /** Nothing is different. */
  readonly isEmpty: boolean;
}

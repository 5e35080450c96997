import { ModelChanges } from './reload-report.interface.js';

/** A configuration that has been read and found good, ready to be put in force. */
export interface PreparedReload {
  /** Null when it means the same as the one in force. */
  readonly changes: ModelChanges | null;
  readonly warnings: readonly string[];
  readonly needsRestart: readonly string[];
  /**
   * Puts it in force everywhere, in one synchronous stretch: store, router, processes, logs. Must not
   * fail: what can fail has been tried before.
   */
  apply(): void;
}

/** What came of reading the configuration again. */
export type ReloadReading =
  | { readonly isGood: true; readonly prepared: PreparedReload }
  | {
      readonly isGood: false;
      readonly problems: readonly string[];
      readonly warnings: readonly string[];
    };

/** Reads and checks the configuration from scratch, as at the start, and changes nothing. */
export interface ReloadReader {
  read(): Promise<ReloadReading>;
}

/** Injection token of the {@link ReloadReader}. */
export const RELOAD_READER = Symbol.for('drover:reload-reader');

import { DroverConfig } from './config.interface.js';
import { ConfigProblem } from './config-problem.interface.js';
import { NormalForm } from './resolve/normal-form.js';

/** What came out of reading a configuration. */
export interface LoadResult {
  /** Null when there are problems. */
  readonly config: DroverConfig | null;
  /** Everything that must be repaired, in document order. */
  readonly problems: readonly ConfigProblem[];
  /** Everything that loads and probably does not do what its author wants, in document order. */
  readonly warnings: readonly ConfigProblem[];
  /** Plugin packages that the configuration lists, also when there are problems. */
  readonly plugins: readonly string[];
  /** Stands for the names and contents of the files that were read. */
  readonly fingerprint: string;
  /**
   * The configuration in comparable form; null when there are problems. The names, if any, are
   * looked up under `resolve`.
   */
  readonly normalForm: ((names?: readonly string[]) => NormalForm) | null;
}

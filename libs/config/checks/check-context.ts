import { DroverOptions } from '../options/drover.options.js';
import { ProblemList } from '../sources/problem-list.js';
import { MapNode } from '../yaml/config-node.interface.js';
import { formatPath, KeyPath } from '../yaml/key-path.js';
import { findPlace } from './place-finder.js';

/** Receives what is wrong at a path of the configuration. */
export type Report = (path: KeyPath, message: string) => void;

/** What every check works on: the options as read, the tree with its places, the problem list. */
export class CheckContext {
  constructor(
    readonly options: DroverOptions,
    readonly root: MapNode,
    private readonly problems: ProblemList,
  ) {}

  /** Something that must not be loaded. */
  readonly error: Report = (path, message) =>
    this.problems.error(findPlace(this.root, path), formatPath(path), message);

  /** Something that loads and probably does not do what its author wants. */
  readonly warn: Report = (path, message) =>
    this.problems.warn(findPlace(this.root, path), formatPath(path), message);

  /** How many errors there are so far. */
  get errorCount(): number {
    return this.problems.errorCount;
  }
}

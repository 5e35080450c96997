import { ProblemList } from '../sources/problem-list.js';
import { ConfigNode, describeNode, isNull, MapEntry, MapNode } from './config-node.interface.js';
import { describeValue } from './describe-value.js';
import { formatPath } from './key-path.js';

/** Sections whose children are united; the same child in two files is an error even if equal. */
const UNITED = new Set([
  'models',
  'groups',
  'profiles',
  'selectors',
  'peers',
  'matrix',
  'routing.router.settings.groups',
  'routing.router.settings.matrix',
]);

/**
 * Folds `later` into `earlier`: mappings are merged, lists concatenated, equal scalars accepted,
 * a null yields; everything else is a conflict. Nothing ever overrides anything.
 */
export function mergeMaps(earlier: MapNode, later: MapNode, problems: ProblemList): MapNode {
  return new Merger(problems).maps(earlier, later, []);
}

class Merger {
  constructor(private readonly problems: ProblemList) {}

  maps(earlier: MapNode, later: MapNode, path: readonly string[]): MapNode {
    const entries = new Map(earlier.entries);
    for (const [key, entry] of later.entries) {
      const present = entries.get(key);
      entries.set(key, present ? this.entries(present, entry, [...path, key]) : entry);
    }
    return { ...earlier, entries };
  }

  private entries(earlier: MapEntry, later: MapEntry, path: readonly string[]): MapEntry {
    const node = this.nodes(earlier.node, later, path);
    return { ...earlier, node, anchored: earlier.anchored || later.anchored };
  }

  private nodes(earlier: ConfigNode, later: MapEntry, path: readonly string[]): ConfigNode {
    const { node } = later;
    if (UNITED.has(formatPath(path))) return this.united(earlier, later, path);
    if (isNull(earlier)) return node;
    if (isNull(node)) return earlier;
    if (earlier.kind === 'map' && node.kind === 'map') return this.maps(earlier, node, path);
    if (earlier.kind === 'list' && node.kind === 'list') {
      return { ...earlier, items: [...earlier.items, ...node.items] };
    }
    if (!isSameScalar(earlier, node)) this.conflict(earlier, node, path);
    return earlier;
  }

  private united(earlier: ConfigNode, later: MapEntry, path: readonly string[]): ConfigNode {
    const { node } = later;
    if (isNull(earlier) && isNull(node)) return earlier;
    if (earlier.kind !== 'map' || node.kind !== 'map') {
      const files =
        `${describeNode(earlier)} in ${earlier.place.source.name}, ` +
        `${describeNode(node)} in ${node.place.source.name}`;
      const message = `conflict: must be a mapping in every file that has this key, is ${files}`;
      this.problems.error(later.keyPlace, formatPath(path), message);
      return earlier.kind === 'map' ? earlier : node;
    }
    return this.children(earlier, node, path);
  }

  private children(earlier: MapNode, later: MapNode, path: readonly string[]): MapNode {
    const entries = new Map(earlier.entries);
    for (const [key, entry] of later.entries) {
      const present = entries.get(key);
      if (!present) {
        entries.set(key, entry);
        continue;
      }
      const first = present.keyPlace.source;
      const { line } = first.locate(present.keyPlace.offset);
      const message = `duplicate: "${key}" is already defined in ${first.name}:${line}`;
      this.problems.error(entry.keyPlace, formatPath([...path, key]), message);
    }
    return { ...earlier, entries };
  }

  private conflict(earlier: ConfigNode, later: ConfigNode, path: readonly string[]): void {
    const { source, offset } = earlier.place;
    const { line } = source.locate(offset);
    const at = formatPath(path);
    const message =
      `conflict: is ${describeValue(later, at)} here and ${describeValue(earlier, at)} in ` +
      `${source.name}:${line}; a value may be given once, or the same everywhere`;
    this.problems.error(later.place, at, message);
  }
}

function isSameScalar(a: ConfigNode, b: ConfigNode): boolean {
  return a.kind === 'scalar' && b.kind === 'scalar' && a.type === b.type && a.text === b.text;
}

import { Alias, isAlias, isMap, isScalar, isSeq, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { EMPTY_MARK } from '../sources/environment.js';
import { ProblemList } from '../sources/problem-list.js';
import { Place, SourceText } from '../sources/source-text.js';
import { ConfigNode, ListNode, MapEntry, MapNode, ScalarNode } from './config-node.interface.js';
import { formatPath, KeyPath } from './key-path.js';
import { plainContent, taggedContent, textContent } from './scalar-content.js';

/** Nodes that aliases may add before a file counts as a bomb. */
const ALIAS_BUDGET = 1_000_000;
const MERGE_KEY = '<<';
/** The list in which an item from an empty environment variable must not vanish unseen. */
const KEYS = 'apiKeys';

/** Turns the parser's nodes into the loader's tree: aliases, merge keys and duplicates resolved. */
export class NodeBuilder {
  private readonly anchors = new Map<string, ConfigNode>();
  private readonly open = new Set<string>();
  private readonly sizes = new WeakMap<ConfigNode, number>();
  private size = 0;
  private anchorCount = 0;

  constructor(
    private readonly source: SourceText,
    private readonly problems: ProblemList,
  ) {}

  /** Converts one node with everything below it. */
  build(node: unknown, path: KeyPath = []): ConfigNode {
    const before = this.size;
    const anchor = anchorOf(node);
    if (anchor !== null) this.open.add(anchor);
    const built = this.convert(node, path);
    this.size += 1;
    this.sizes.set(built, this.size - before);
    if (anchor !== null) {
      this.anchorCount += 1;
      this.open.delete(anchor);
      this.anchors.set(anchor, built);
    }
    return built;
  }

  private convert(node: unknown, path: KeyPath): ConfigNode {
    if (isAlias(node)) return this.alias(node, path);
    if (isMap(node)) return this.map(node, path);
    if (isSeq(node)) return this.list(node, path);
    if (isScalar(node)) return this.scalar(node);
    return { kind: 'scalar', ...plainContent(''), place: this.place(node) };
  }

  private scalar(node: Scalar): ScalarNode {
    const text = withoutMarks(node);
    const tagged = node.tag ? taggedContent(node.tag, text) : null;
    const content = tagged ?? (node.type === 'PLAIN' ? plainContent(text) : textContent(text));
    return { kind: 'scalar', ...content, place: this.place(node) };
  }

  private list(node: YAMLSeq, path: KeyPath): ListNode {
    const items = node.items
      .filter((item) => !(node.flow && isEmptied(item)) || path[0] === KEYS)
      .map((item, index) => this.build(item, [...path, index]));
    return { kind: 'list', place: this.place(node), items };
  }

  private map(node: YAMLMap, path: KeyPath): MapNode {
    const underway: MapUnderway = { entries: new Map(), merges: [], seen: new Map(), path };
    for (const pair of node.items) this.pair(pair, underway);
    const { entries, merges } = underway;
    for (const merged of merges) {
      for (const [key, entry] of merged.entries) if (!entries.has(key)) entries.set(key, entry);
    }
    return { kind: 'map', place: this.place(node), entries };
  }

  private pair(pair: Pair, into: MapUnderway): void {
    const keyPlace = this.place(pair.key);
    const key = this.keyText(pair.key, into.path);
    if (key === null) return;
    const path = [...into.path, key];
    const earlier = into.seen.get(key);
    if (earlier) {
      const { line } = this.source.locate(earlier.offset);
      this.report(keyPlace, path, `mapping key "${key}" is already defined in line ${line}`);
      return;
    }
    into.seen.set(key, keyPlace);
    const anchorsBefore = this.anchorCount;
    const node = pair.value ? this.build(pair.value, path) : this.nullAt(keyPlace);
    const anchored = this.anchorCount > anchorsBefore;
    if (isMergeKey(pair.key) && !isMacros(into.path))
      this.merge(node, { path, keyPlace }, into.merges);
    else into.entries.set(key, { keyPlace, node, anchored });
  }

  private keyText(key: unknown, path: KeyPath): string | null {
    const target = isAlias(key) ? this.alias(key, path) : key;
    if (isScalar(target)) return withoutMarks(target);
    if (isConfigScalar(target)) return target.text;
    if (target === null || target === undefined) return '';
    this.report(this.place(key), path, 'a key must be text, not a list or a mapping');
    return null;
  }

  private merge(node: ConfigNode, at: KeyAt, into: MapNode[]): void {
    const parts = node.kind === 'list' ? node.items : [node];
    for (const part of parts) {
      if (part.kind === 'map') into.push(part);
      else this.report(at.keyPlace, at.path, 'a merge key needs a mapping or a list of mappings');
    }
  }

  private alias(node: Alias, path: KeyPath): ConfigNode {
    const place = this.place(node);
    const target = this.anchors.get(node.source);
    if (this.open.has(node.source) || !target) {
      const reason = this.open.has(node.source) ? 'contains itself' : 'is not defined before this';
      this.report(place, path, `unknown anchor "${node.source}": it ${reason}`);
      return this.nullAt(place);
    }
    this.size += this.sizes.get(target) ?? 0;
    if (this.size <= ALIAS_BUDGET) return target;
    this.report(place, path, 'too many aliases: the file would grow beyond all measure');
    return this.nullAt(place);
  }

  private nullAt(place: Place): ScalarNode {
    return { kind: 'scalar', ...plainContent(''), place };
  }

  private report(place: Place, path: KeyPath, message: string): void {
    this.problems.error(place, formatPath(path), message);
  }

  private place(node: unknown): Place {
    const range = (node as Node | null | undefined)?.range;
    return { source: this.source, offset: range ? range[0] : 0 };
  }
}

/** A key: what it is called and where it stands, which an alias as its value does not tell. */
interface KeyAt {
  readonly path: KeyPath;
  readonly keyPlace: Place;
}

interface MapUnderway {
  readonly entries: Map<string, MapEntry>;
  readonly merges: MapNode[];
  readonly seen: Map<string, Place>;
  readonly path: KeyPath;
}

function anchorOf(node: unknown): string | null {
  if (isScalar(node) || isMap(node) || isSeq(node)) return node.anchor ?? null;
  return null;
}

/** Marks of empty environment values vanish, with the blanks that end up at the border. */
function withoutMarks(node: Scalar): string {
  const text = typeof node.value === 'string' ? node.value : '';
  return text.includes(EMPTY_MARK) ? text.replaceAll(EMPTY_MARK, '').trim() : text;
}

function isEmptied(node: unknown): boolean {
  return isScalar(node) && node.value === EMPTY_MARK;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === MERGE_KEY;
}

/** Macro names are never merge keys. */
function isMacros(path: KeyPath): boolean {
  if (path.at(-1) !== 'macros') return false;
  return path.length === 1 || (path.length === 3 && path[0] === 'models');
}

function isConfigScalar(node: unknown): node is ScalarNode {
  return typeof node === 'object' && node !== null && (node as ScalarNode).kind === 'scalar';
}

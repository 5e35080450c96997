import { Place } from '../sources/source-text.js';

/** What a scalar means by the rules of the file format. */
export type ScalarType = 'null' | 'bool' | 'int' | 'float' | 'timestamp' | 'text';

/** A value with its type; what macros stand for. */
export interface ScalarContent {
  readonly type: ScalarType;
  /** Characters as written, without quotes. */
  readonly text: string;
  /** Plain value; timestamps as RFC 3339 text. */
  readonly value: string | number | boolean | null;
  /** Text when the value is spliced into other text: `0x1F` is `31`, `1e6` is `1e+06`. */
  readonly canonical: string;
}

/** A scalar of a configuration file. */
export interface ScalarNode extends ScalarContent {
  readonly kind: 'scalar';
  readonly place: Place;
}

/** A list of a configuration file. */
export interface ListNode {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly ConfigNode[];
}

/** A key with its value. */
export interface MapEntry {
  readonly keyPlace: Place;
  readonly node: ConfigNode;
  /** An anchor stands on the value or inside it. */
  readonly anchored: boolean;
}

/** A mapping of a configuration file, in order of definition; keys are always text. */
export interface MapNode {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** Any value of a configuration file; aliases and merge keys are resolved. */
export type ConfigNode = ScalarNode | ListNode | MapNode;

/** Whether a node is absent or null. */
export function isNull(node: ConfigNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.type === 'null');
}

/** The value under a chain of keys, or undefined when a step is missing or no mapping. */
export function nodeAt(root: ConfigNode | undefined, ...keys: string[]): ConfigNode | undefined {
  let node = root;
  for (const key of keys) {
    if (node?.kind !== 'map') return undefined;
    node = node.entries.get(key)?.node;
  }
  return node;
}

/** What a node is, for messages: `the text "60"`, `a list`. */
export function describeNode(node: ConfigNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a mapping';
  if (node.type === 'null') return 'empty';
  if (node.type === 'text') return `the text ${JSON.stringify(node.text)}`;
  if (node.type === 'bool') return `the boolean ${node.text}`;
  if (node.type === 'timestamp') return `the date ${node.text}`;
  return `the number ${node.text}`;
}

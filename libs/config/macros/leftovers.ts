import { ProblemList } from '../sources/problem-list.js';
import { ConfigNode, MapEntry, MapNode, ScalarNode } from '../yaml/config-node.interface.js';
import { formatPath, KeyPath } from '../yaml/key-path.js';
import { macroReference } from './macro.js';

const REFERENCE = /(\$?)\$\{([A-Za-z0-9_-]+)\}/g;

/** What the search for macros that remain needs to know. */
export interface LeftoverRules {
  readonly problems: ProblemList;
  /** Names whose declaration was refused; their uses are not reported again. */
  readonly refused: ReadonlySet<string>;
  /** Why a name has no value here, and what to do about it. */
  readonly explain: (name: string) => string;
  /** Whether a name stays in the text at this place, to be replaced later. */
  readonly stays?: (name: string, path: KeyPath) => boolean;
  /** Subtrees that hold definitions and are left alone. */
  readonly skip?: (path: KeyPath) => boolean;
  /** Mappings whose keys are searched as well. */
  readonly searchKeys?: (path: KeyPath) => boolean;
}

/**
 * Reports every `${NAME}` that is left, and turns the escape `$${NAME}` into a literal `${NAME}`.
 * Returns the tree with the escapes resolved; unchanged parts are shared.
 */
export function settleLeftovers(node: ConfigNode, path: KeyPath, rules: LeftoverRules): ConfigNode {
  if (rules.skip?.(path)) return node;
  if (node.kind === 'scalar') return settleScalar(node, path, rules);
  if (node.kind === 'list') {
    const items = node.items.map((item, index) => settleLeftovers(item, [...path, index], rules));
    return items.some((item, index) => item !== node.items[index]) ? { ...node, items } : node;
  }
  return settleMap(node, path, rules);
}

function settleMap(node: MapNode, path: KeyPath, rules: LeftoverRules): MapNode {
  const withKeys = rules.searchKeys?.(path) ?? false;
  const entries = new Map<string, MapEntry>();
  let changed = false;
  for (const [key, entry] of node.entries) {
    const below = [...path, key];
    const settledKey = withKeys ? settleText(key, { ...rules, path: below, at: entry }) : key;
    const value = settleLeftovers(entry.node, below, rules);
    changed ||= settledKey !== key || value !== entry.node;
    entries.set(settledKey, value === entry.node ? entry : { ...entry, node: value });
  }
  return changed ? { ...node, entries } : node;
}

function settleScalar(node: ScalarNode, path: KeyPath, rules: LeftoverRules): ScalarNode {
  if (node.type !== 'text' || !node.text.includes('${')) return node;
  const text = settleText(node.text, { ...rules, path, at: { keyPlace: node.place } });
  return text === node.text ? node : { ...node, text, value: text, canonical: text };
}

interface TextRules extends LeftoverRules {
  readonly path: KeyPath;
  readonly at: Pick<MapEntry, 'keyPlace'>;
}

function settleText(text: string, rules: TextRules): string {
  return text.replace(REFERENCE, (whole, escape: string, name: string) => {
    if (escape !== '') return whole.slice(1);
    if (rules.stays?.(name, rules.path) || rules.refused.has(name)) return whole;
    const message = `unknown macro ${macroReference(name)}: ${rules.explain(name)}`;
    rules.problems.error(rules.at.keyPlace, formatPath(rules.path), message);
    return whole;
  });
}

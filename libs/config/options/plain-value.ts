import { ConfigNode } from '../yaml/config-node.interface.js';

/** The plain value of a part of the tree: objects, arrays, text, numbers, booleans and nulls. */
export function plainValue(node: ConfigNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  return plainObject(node.entries);
}

/** The plain object of a mapping; safe for keys such as `__proto__`. */
export function plainObject(
  entries: Iterable<readonly [string, { readonly node: ConfigNode }]>,
): Record<string, unknown> {
  return Object.fromEntries([...entries].map(([key, { node }]) => [key, plainValue(node)]));
}

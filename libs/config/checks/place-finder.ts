import { Place } from '../sources/source-text.js';
import { ConfigNode, MapNode } from '../yaml/config-node.interface.js';
import { KeyPath } from '../yaml/key-path.js';

/**
 * Place of the value under a path; for a mapping the place of its key, for something that is not
 * there the place of the nearest thing around it.
 */
export function findPlace(root: MapNode, path: KeyPath): Place {
  let place = root.place;
  let node: ConfigNode | undefined = root;
  for (const step of path) {
    const entry = stepInto(node, step);
    if (!entry) return place;
    node = entry.node;
    place = node.kind === 'map' ? entry.place : node.place;
  }
  return place;
}

function stepInto(
  node: ConfigNode,
  step: string | number,
): { readonly node: ConfigNode; readonly place: Place } | null {
  if (typeof step === 'number') {
    const item = node.kind === 'list' ? node.items[step] : undefined;
    return item ? { node: item, place: item.place } : null;
  }
  const entry = node.kind === 'map' ? node.entries.get(step) : undefined;
  return entry ? { node: entry.node, place: entry.keyPlace } : null;
}

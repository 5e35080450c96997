import { nodeAt } from '../yaml/config-node.interface.js';
import { CheckContext } from './check-context.js';
import { NameIndex } from './name-index.js';

/** Names, pins and targets of every profile. */
export function checkProfiles(context: CheckContext, names: NameIndex): void {
  for (const [name, { pins }] of context.options.profiles) {
    const path = ['profiles', name];
    if (name.trim() === '') context.error(path, 'profiles must not have an empty name');
    if (pins.size === 0 && nodeAt(context.root, ...path)?.kind !== 'list') {
      context.error([...path, 'pins'], 'must not be empty: a profile needs at least one pin');
    }
    for (const [pin, target] of pins) {
      const at = [...path, 'pins', pin];
      if (pin.trim() === '') context.error(at, 'a pin must not have an empty name');
      if (target === '' || isTarget(target, context, names)) continue;
      context.error(at, `"${target}" is no model, alias, model of a peer or selector`);
    }
  }
}

function isTarget(target: string, { options }: CheckContext, names: NameIndex): boolean {
  return names.resolve(target) !== null || options.selectors.has(target);
}

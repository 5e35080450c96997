import { ConfigNode, MapEntry, ScalarNode } from '../yaml/config-node.interface.js';
import { Macro, macroReference } from './macro.js';

/**
 * The macros of one model in their order: `base` (MODEL_ID and the global ones) with the model's own
 * after them; an own macro that has a name of `base` takes over its position.
 */
export function overlayMacros(base: readonly Macro[], own: readonly Macro[]): Macro[] {
  const result = [...base];
  for (const macro of own) {
    const index = result.findIndex(({ name }) => name === macro.name);
    if (index < 0) result.push(macro);
    else result[index] = macro;
  }
  return result;
}

/** Macros of a scope, ready to be used many times. */
export class Substitution {
  private readonly steps: readonly { readonly reference: string; readonly macro: Macro }[];

  /** @param macros In order of declaration; they are applied from the last to the first. */
  constructor(macros: readonly Macro[]) {
    this.steps = macros
      .map((macro) => ({ reference: macroReference(macro.name), macro }))
      .toReversed();
  }

  /** The tree with every value substituted; keys stay. Unchanged parts are shared. */
  apply(node: ConfigNode): ConfigNode {
    if (node.kind === 'scalar') return this.scalar(node);
    if (node.kind === 'list') {
      const items = node.items.map((item) => this.apply(item));
      return items.some((item, index) => item !== node.items[index]) ? { ...node, items } : node;
    }
    let changed = false;
    const entries = new Map<string, MapEntry>();
    for (const [key, entry] of node.entries) {
      const value = this.apply(entry.node);
      changed ||= value !== entry.node;
      entries.set(key, value === entry.node ? entry : { ...entry, node: value });
    }
    return changed ? { ...node, entries } : node;
  }

  /** One text, for example a key, substituted. */
  text(text: string): string {
    let result = text;
    for (const { reference, macro } of this.steps) {
      if (!result.includes('${')) return result;
      result = result.replaceAll(reference, () => macro.content.canonical);
    }
    return result;
  }

  private scalar(node: ScalarNode): ScalarNode {
    let result = node;
    for (const { reference, macro } of this.steps) {
      if (result.type !== 'text' || !result.text.includes('${')) return result;
      if (result.text === reference) {
        const { type, value, canonical } = macro.content;
        result = { ...node, type, value, canonical, text: canonical };
      } else {
        const text = result.text.replaceAll(reference, () => macro.content.canonical);
        result = { ...node, type: 'text', text, value: text, canonical: text };
      }
    }
    return result;
  }
}

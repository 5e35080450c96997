import { nearestKey } from '../options/unknown-keys.js';
import { ConfigNode } from '../yaml/config-node.interface.js';
import { Macro, macroReference } from './macro.js';

/** Which macros there are when one of them is used and has no value. */
export interface MacroSurroundings {
  /** Macros that may be used at this place, if they are declared above what uses them. */
  readonly scope: readonly Macro[];
  /** Names that single models declare, with the first such model. */
  readonly ofModels: ReadonlyMap<string, string>;
  /** Why a name that Drover itself gives a value to has none here. */
  readonly reserved: (name: string) => string | null;
}

/** Why `${NAME}` has no value here, and what to do about it. */
export function explainLeftover(name: string, surroundings: MacroSurroundings): string {
  const { scope, ofModels, reserved } = surroundings;
  const known = reserved(name);
  if (known !== null) return known;
  if (scope.some((macro) => macro.name === name)) {
    return `${name} is declared, but a macro can use only those above it: move ${name} up`;
  }
  const model = ofModels.get(name);
  if (model !== undefined) {
    return `${name} is a macro of model ${model} alone: declare it under the top-level macros`;
  }
  const keep = `or write $${macroReference(name)} to keep it`;
  const similar = nearestKey(
    name,
    scope.map((macro) => macro.name),
  );
  return similar === null
    ? `define ${name} under macros, ${keep}`
    : `did you mean ${macroReference(similar)}? Else define ${name} under macros, ${keep}`;
}

/** The names that the models of a tree declare, each with the first model that does. */
export function macrosOfModels(models: ConfigNode | undefined): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  if (models?.kind !== 'map') return names;
  for (const [id, { node }] of models.entries) {
    const macros = node.kind === 'map' ? node.entries.get('macros')?.node : undefined;
    if (macros?.kind !== 'map') continue;
    for (const name of macros.entries.keys()) if (!names.has(name)) names.set(name, id);
  }
  return names;
}

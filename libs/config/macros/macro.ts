import { ScalarContent } from '../yaml/config-node.interface.js';

/** A name and the value that `${name}` stands for. */
export interface Macro {
  readonly name: string;
  readonly content: ScalarContent;
}

/** What a macro name may consist of. */
export const MACRO_NAME = /^[A-Za-z0-9_-]+$/;
/** Most bytes of a macro name. */
export const MACRO_NAME_BYTES = 63;
/** Names that Drover gives values to. */
export const RESERVED_MACROS: ReadonlySet<string> = new Set(['PORT', 'PID', 'MODEL_ID']);

/** How a macro is written in a value. */
export function macroReference(name: string): string {
  return `\${${name}}`;
}

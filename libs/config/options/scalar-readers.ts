import { ScalarNode } from '../yaml/config-node.interface.js';
import { parseByteSize } from './byte-size.js';
import { parseDurationMs } from './duration.js';

const TRUE_WORDS = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON']);
const FALSE_WORDS = new Set(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF']);

/** The characters as written; numbers, booleans and dates are text where text is wanted. */
export function readText(node: ScalarNode): string {
  return node.text;
}

/** An integer; floats are cut towards zero. Null for anything else, and beyond 2^53. */
export function readInteger(node: ScalarNode): number | null {
  const isNumber = node.type === 'int' || node.type === 'float';
  if (!isNumber || typeof node.value !== 'number') return null;
  const whole = Math.trunc(node.value) + 0;
  return Number.isSafeInteger(whole) ? whole : null;
}

/** A boolean, or one of the words that older YAML takes for one. Null for anything else. */
export function readFlag(node: ScalarNode): boolean | null {
  if (typeof node.value === 'boolean') return node.value;
  if (node.type !== 'text') return null;
  if (TRUE_WORDS.has(node.text)) return true;
  return FALSE_WORDS.has(node.text) ? false : null;
}

/** Milliseconds of a duration in text form. Null for bare numbers and anything else. */
export function readDuration(node: ScalarNode): number | null {
  return node.type === 'text' ? parseDurationMs(node.text) : null;
}

/** Bytes of a size in text form or of a bare number. Null for anything else. */
export function readBytes(node: ScalarNode): number | null {
  if (node.type === 'int') return readInteger(node);
  return node.type === 'text' ? parseByteSize(node.text) : null;
}

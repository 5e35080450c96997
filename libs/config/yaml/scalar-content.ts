import { ScalarContent } from './config-node.interface.js';
import { parseTimestamp } from './timestamp.js';

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const BOOLEANS = new Map([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const SPECIAL_FLOATS = new Map([
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const MAY_BE_NUMBER = /^[-+.0-9]/;

/** The content of a quoted scalar, a block scalar or any other text. */
export function textContent(text: string): ScalarContent {
  return { type: 'text', text, value: text, canonical: text };
}

/** The content of an integer that Drover itself makes. */
export function integerContent(value: number): ScalarContent {
  return { type: 'int', text: String(value), value, canonical: String(value) };
}

/**
 * What a plain scalar means: YAML 1.2 core with the octal, binary and underscore forms of
 * YAML 1.1 and with timestamps, as gopkg.in/yaml.v3 reads it.
 */
export function plainContent(text: string): ScalarContent {
  if (NULLS.has(text)) return { type: 'null', text, value: null, canonical: text };
  const bool = BOOLEANS.get(text);
  if (bool !== undefined) return { type: 'bool', text, value: bool, canonical: String(bool) };
  if (!MAY_BE_NUMBER.test(text)) return textContent(text);
  const special = SPECIAL_FLOATS.get(text);
  if (special !== undefined) return floatContent(text, special);
  const timestamp = parseTimestamp(text);
  if (timestamp !== null)
    return { type: 'timestamp', text, value: timestamp, canonical: timestamp };
  return numberContent(text);
}

/** The content of a scalar with an explicit tag such as `!!str`; null for tags without meaning. */
export function taggedContent(tag: string, text: string): ScalarContent | null {
  if (tag === 'tag:yaml.org,2002:str') return textContent(text);
  const known = ['int', 'float', 'bool', 'null', 'timestamp'];
  return known.some((name) => tag === `tag:yaml.org,2002:${name}`) ? plainContent(text) : null;
}

function numberContent(text: string): ScalarContent {
  const digits = text.replaceAll('_', '');
  const match = INTEGER.exec(digits);
  if (match) return integerFromMatch(text, match);
  return FLOAT.test(digits) ? floatContent(text, Number(digits)) : textContent(text);
}

function integerFromMatch(text: string, match: RegExpExecArray): ScalarContent {
  const [, sign, hex, octal, binary, decimal] = match;
  const magnitude = BigInt(
    hex ? `0x${hex}` : octal ? `0o${octal}` : binary ? `0b${binary}` : (decimal ?? '0'),
  );
  const value = sign === '-' ? -magnitude : magnitude;
  return { type: 'int', text, value: Number(value), canonical: String(value) };
}

function floatContent(text: string, value: number): ScalarContent {
  return { type: 'float', text, value, canonical: formatFloat(value) };
}

/** Shortest form, with an exponent from 1e+06 up and below 1e-04 (Go's `%g`). */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponentText] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

import { ERROR_CODES } from '#lib/foundation';
import { JsonSchema } from './documented.decorator.js';

/** A text, a number, a flag: the plain schemas. */
export const TEXT: JsonSchema = { type: 'string' };
export const NUMBER: JsonSchema = { type: 'number' };
export const FLAG: JsonSchema = { type: 'boolean' };
/** RFC 3339. */
export const TIME: JsonSchema = { type: 'string', format: 'date-time' };

/** The schema, or null for what is not known. */
export function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

/** A list of one kind of value. */
export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/** An object with these members, all of which are there unless they are named as `optional`. */
export function objectOf(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}

/** One of these words. */
export function oneOf(words: readonly string[]): JsonSchema {
  return { type: 'string', enum: words };
}

/** The envelope of every error, with the codes there are. */
export const ERROR_SCHEMA: JsonSchema = objectOf(
  {
    src: { const: 'llama-swap' },
    type: { const: 'error', description: 'On /v1/messages routes only.' },
    error: objectOf({
      message: TEXT,
      type: oneOf([...new Set(Object.values(ERROR_CODES).map(({ type }) => type))]),
      param: { type: 'null' },
      code: oneOf([...new Set(Object.values(ERROR_CODES).map(({ clientCode }) => clientCode))]),
    }),
  },
  ['type'],
);

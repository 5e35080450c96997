import { ERROR_CODES } from '#lib/foundation';
import { JsonSchema, QueryParameter } from './documented.decorator.js';

/** A text. */
export const TEXT: JsonSchema = { type: 'string' };
/** A number, with or without a fraction. */
export const NUMBER: JsonSchema = { type: 'number' };
/** Yes or no. */
export const FLAG: JsonSchema = { type: 'boolean' };
/** A whole number. */
export const WHOLE: JsonSchema = { type: 'integer' };
/** RFC 3339. */
export const TIME: JsonSchema = { type: 'string', format: 'date-time' };
/** Any JSON value. */
export const ANY: JsonSchema = {};
/** A text, or null for what is not known. */
export const TEXT_OR_NULL: JsonSchema = { type: ['string', 'null'] };
/** A number, or null for what is not known. */
export const NUMBER_OR_NULL: JsonSchema = { type: ['number', 'null'] };
/** RFC 3339, or null for what is not known. */
export const TIME_OR_NULL: JsonSchema = { type: ['string', 'null'], format: 'date-time' };

/** The schema, or null for what is not known. */
export function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

/** A list of one kind of value. */
export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/** An object whose members have names that nobody knows beforehand. */
export function mapOf(values: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties: values };
}

/** An object with these members, all of which are there unless they are named as `optional`. */
export function objectOf(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}

/** Members that all have the same schema, by their names. */
export function each(names: string, schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, schema]));
}

/** The schema under a name of its own, under which the description lists it once. */
export function named(title: string, schema: JsonSchema): JsonSchema {
  return { title, ...schema };
}

/** The schema with a value that it allows. */
export function withExample(schema: JsonSchema, example: unknown): JsonSchema {
  return { ...schema, examples: [example] };
}

/** A query parameter with what it may hold. */
export function parameter(description: string, schema: JsonSchema): QueryParameter {
  return { description, schema };
}

/** One of these words. */
export function oneOf(words: readonly string[]): JsonSchema {
  return { type: 'string', enum: words };
}

/** The answer of actions that have nothing to tell. */
export const DONE_SCHEMA = named('Done', objectOf({ msg: { const: 'ok' } }));

/** The answer of older actions that have nothing to tell. */
export const OK_TEXT = 'text/plain';

/** The envelope of every error, with the codes there are. */
export const ERROR_SCHEMA: JsonSchema = withExample(
  objectOf(
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
  ),
  {
    src: 'llama-swap',
    error: {
      message: 'no router for requested model "coder"; GET /v1/models lists what there is',
      type: 'invalid_request_error',
      param: null,
      code: 'model_not_found',
    },
  },
);

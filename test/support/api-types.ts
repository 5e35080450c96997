import { format } from 'prettier';
import { ApiDescription } from './api-description.js';

type Schema = Readonly<Record<string, unknown>>;

/** TypeScript types of everything that the described API answers and takes. */
export async function apiTypes({ paths, components }: ApiDescription): Promise<string> {
  const named = Object.entries(components.schemas)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, schema]) => declaration(name, typeOf(schema)));
  const answers = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) => {
      const success = Object.entries(responses).find(([status]) => Number(status) < 300)?.[1];
      const schema = success?.content?.['application/json']?.schema;
      const type = schema?.['$ref'] ? typeOf(schema) : null;
      return type === null ? [] : [`'${method.toUpperCase()} ${path}': ${type};`];
    }),
  );
  const text = [
    '// Made from the description of the API by `npm run api:types`.',
    ...named,
    '/** What routes answer with, by method and path. */\n' +
      `export interface ApiAnswers { ${answers.join('\n')} }`,
  ].join('\n\n');
  return format(text, { parser: 'typescript', singleQuote: true, printWidth: 100 });
}

function declaration(name: string, type: string): string {
  return type.startsWith('{')
    ? `export interface ${name} ${type}`
    : `export type ${name} = ${type};`;
}

/** The type of the values that a schema describes. */
function typeOf(schema: Schema): string {
  const { $ref, const: only, enum: words, anyOf, type } = schema;
  if (typeof $ref === 'string') return $ref.split('/').at(-1)!;
  if (only !== undefined) return literal(only);
  if (Array.isArray(words)) return words.map(literal).join(' | ');
  if (Array.isArray(anyOf)) return anyOf.map((one) => typeOf(one as Schema)).join(' | ');
  if (Array.isArray(type)) return type.map((one: string) => plainType(one)).join(' | ');
  if (type === 'array') return `readonly (${typeOf(schema['items'] as Schema)})[]`;
  return type === 'object' ? objectType(schema) : plainType(type);
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function plainType(type: unknown): string {
  return typeof type === 'string' ? type.replace('integer', 'number') : 'unknown';
}

function objectType({ properties, required, additionalProperties }: Schema): string {
  const values =
    typeof additionalProperties === 'object' ? typeOf(additionalProperties as Schema) : 'unknown';
  if (!properties) return `Readonly<Record<string, ${values}>>`;
  const needed = new Set(required as readonly string[]);
  const members = Object.entries(properties as Record<string, Schema>).map(
    ([name, member]) => `readonly ${name}${needed.has(name) ? '' : '?'}: ${typeOf(member)};`,
  );
  const more = additionalProperties ? ['readonly [name: string]: unknown;'] : [];
  return `{ ${[...members, ...more].join(' ')} }`;
}

import { DroverOptions } from '../options/drover.options.js';
import {
  OptionsClass,
  SettingInfo,
  SettingKind,
  settingsOf,
} from '../options/setting.decorator.js';
import { defaultOf } from './section.js';

/** A JSON schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A macro or an environment variable may stand for a value of any type. */
const REFERENCE: JsonSchema = { type: 'string', pattern: '\\$\\{' };
const FLAG_WORDS = 'y Y yes Yes YES on On ON n N no No NO off Off OFF'.split(' ');
const TEXT: JsonSchema = { type: ['string', 'number', 'boolean'] };
const FREE: JsonSchema = { type: 'object' };
const SIZE: JsonSchema = {
  anyOf: [{ type: 'integer', minimum: 0 }, { type: 'string' }, REFERENCE],
};

/**
 * The schema of the configuration file, made from the classes of options: what editors use for
 * completion and checks. It accepts everything that loads, unknown keys included.
 */
export function configJsonSchema(): JsonSchema {
  const definitions: Record<string, JsonSchema> = {};
  const root = blockSchema(DroverOptions, definitions);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Drover configuration',
    ...root,
    type: ['object', 'null'],
    $defs: definitions,
  };
}

type Definitions = Record<string, JsonSchema>;

function blockSchema(type: OptionsClass, definitions: Definitions): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [key, info] of settingsOf(type)) {
    properties[key] = propertySchema({ type, key, info }, definitions);
  }
  return { type: ['object', 'null'], properties };
}

interface Property {
  readonly type: OptionsClass;
  readonly key: string;
  readonly info: SettingInfo;
}

function propertySchema({ type, key, info }: Property, definitions: Definitions): JsonSchema {
  const value = withNull(valueSchema(info, definitions));
  const description = info.unit ? `${info.doc} Unit: ${info.unit}.` : info.doc;
  const preset = info.default === undefined ? defaultOf(type, key) : undefined;
  const isPlain = ['string', 'number', 'boolean'].includes(typeof preset) || Array.isArray(preset);
  return {
    description,
    ...value,
    ...(isPlain ? { default: preset } : {}),
    ...(info.obsolete ? { deprecated: true } : {}),
  };
}

function valueSchema(info: SettingInfo, definitions: Definitions): JsonSchema {
  if (info.kind === 'block') return referTo(info.type!(), definitions);
  if (info.kind === 'blocks') {
    return { type: 'object', additionalProperties: referTo(info.type!(), definitions) };
  }
  if (info.kind === 'texts') {
    const item = info.allowed ? wordSchema(info.allowed) : TEXT;
    return { type: 'array', items: withNull(item) };
  }
  if (info.kind === 'textsOrBlocks') {
    return { type: 'array', items: { anyOf: [TEXT, referTo(info.type!(), definitions)] } };
  }
  if (info.kind === 'integer') return integerSchema(info.min);
  if (info.kind === 'text' && info.allowed) return wordSchema(info.allowed);
  return SIMPLE[info.kind] ?? {};
}

const SIMPLE: Partial<Record<SettingKind, JsonSchema>> = {
  text: TEXT,
  flag: { anyOf: [{ type: 'boolean' }, { enum: FLAG_WORDS }, REFERENCE] },
  duration: {
    anyOf: [{ type: 'string', pattern: '^[-+]?(0|([0-9.]+(ns|us|µs|μs|ms|s|m|h))+)$' }, REFERENCE],
  },
  bytes: SIZE,
  memory: {
    anyOf: [...(SIZE['anyOf'] as JsonSchema[]), { type: 'object', additionalProperties: SIZE }],
  },
  textMap: { type: 'object', additionalProperties: withNull(TEXT) },
  integerMap: { type: 'object', additionalProperties: withNull(integerSchema(undefined)) },
  freeMap: FREE,
  freeMaps: { type: 'object', additionalProperties: withNull(FREE) },
};

function integerSchema(min: number | undefined): JsonSchema {
  const number = min === undefined ? { type: 'number' } : { type: 'number', minimum: min };
  return { anyOf: [number, REFERENCE] };
}

function wordSchema(words: readonly string[]): JsonSchema {
  return { anyOf: [{ enum: [...words] }, REFERENCE] };
}

function referTo(type: OptionsClass, definitions: Definitions): JsonSchema {
  const name = type.name.replace(/Options$/, '');
  if (!(name in definitions)) {
    // Entered before it is filled, so that a class may hold itself.
    definitions[name] = {};
    definitions[name] = blockSchema(type, definitions);
  }
  return { $ref: `#/$defs/${name}` };
}

/** Null means the default everywhere. */
function withNull(schema: JsonSchema): JsonSchema {
  const { type } = schema;
  if (typeof type === 'string') return { ...schema, type: [type, 'null'] };
  if (Array.isArray(type)) return { ...schema, type: [...(type as string[]), 'null'] };
  const any = schema['anyOf'];
  if (Array.isArray(any)) return { anyOf: [...(any as JsonSchema[]), { type: 'null' }] };
  return schema;
}

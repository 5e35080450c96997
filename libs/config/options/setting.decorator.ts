import { applyDecorators } from '@nestjs/common';
import { IsIn, Min, ValidateNested } from 'class-validator';

/** A class of options. */
export type OptionsClass = new () => object;

/** How the value of a key is read; see the table of conversions in `docs/configuration.md`. */
export type SettingKind =
  | 'text'
  | 'integer'
  | 'flag'
  | 'duration'
  | 'bytes'
  | 'memory'
  | 'texts'
  | 'textsOrBlocks'
  | 'block'
  | 'blocks'
  | 'textMap'
  | 'integerMap'
  | 'freeMap'
  | 'freeMaps'
  | 'plain';

/** Everything that is said about one key: the loader, the schema and the documents read it. */
export interface SettingInfo {
  readonly kind: SettingKind;
  /** One or two sentences of Markdown for the documents and the schema. */
  readonly doc: string;
  /** Class of a block or of the entries of a mapping of blocks. */
  readonly type?: () => OptionsClass;
  /** Smallest integer that is allowed. */
  readonly min?: number;
  /** The only words that are allowed. */
  readonly allowed?: readonly string[];
  /** What counts when the key is absent, for the documents, where the class cannot show it. */
  readonly default?: string;
  /** Unit of a number, for the documents. */
  readonly unit?: string;
  /** Null items of a list are errors instead of being dropped. */
  readonly strictItems?: boolean;
  /** What a list in place of an entry means, for the message that refuses it. */
  readonly listHint?: string;
  /** Accepted for compatibility only; the text says what to use instead. */
  readonly obsolete?: string;
}

const KEY = 'drover:settings';

/**
 * Declares a key of the configuration file. The property has the name of the key; its initial value
 * is the default. Ranges and words become class-validator rules, blocks become nested classes.
 */
export function Setting(info: SettingInfo): PropertyDecorator {
  const rules: PropertyDecorator[] = [remember(info)];
  // Texts have no rules; those of the blocks beside them are applied one by one.
  if (info.type && info.kind !== 'textsOrBlocks') rules.push(ValidateNested());
  if (info.min !== undefined) rules.push(Min(info.min, { message: `must be >= ${info.min}` }));
  if (info.allowed) {
    const message = `must be one of: ${info.allowed.join(', ')}`;
    rules.push(IsIn([...info.allowed], { message, each: info.kind === 'texts' }));
  }
  return applyDecorators(...rules);
}

function remember(info: SettingInfo): PropertyDecorator {
  return (target, property) => {
    const own = settingsMap(target);
    own.set(String(property), info);
    Reflect.defineMetadata(KEY, own, target);
  };
}

function settingsMap(target: object): Map<string, SettingInfo> {
  const own = Reflect.getOwnMetadata(KEY, target) as Map<string, SettingInfo> | undefined;
  return own ?? new Map<string, SettingInfo>();
}

/** The keys of a class of options in order of declaration, those of its base class first. */
export function settingsOf(type: OptionsClass): ReadonlyMap<string, SettingInfo> {
  const cached = cache.get(type);
  if (cached) return cached;
  const chain: object[] = [];
  for (let at = type.prototype as object | null; at; at = Object.getPrototypeOf(at) as object) {
    chain.unshift(at);
  }
  const all = new Map(chain.flatMap((prototype) => [...settingsMap(prototype)]));
  cache.set(type, all);
  return all;
}

const cache = new WeakMap<OptionsClass, ReadonlyMap<string, SettingInfo>>();

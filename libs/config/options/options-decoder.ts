import { ProblemList } from '../sources/problem-list.js';
import { UNSET_MARK } from '../sources/environment.js';
import { ConfigNode, isNull, MapNode } from '../yaml/config-node.interface.js';
import { describeValue } from '../yaml/describe-value.js';
import { formatPath, KeyPath } from '../yaml/key-path.js';
import { plainObject, plainValue } from './plain-value.js';
import { readBytes, readDuration, readFlag, readInteger, readText } from './scalar-readers.js';
import { SettingInfo, settingsOf } from './setting.decorator.js';
import { warnAboutUnknownKeys } from './unknown-keys.js';

/** Device of a memory need that names none. */
export const ANY_DEVICE = '*';

/** What a reader returns for a value that cannot be used; the default stays. */
const UNUSABLE = Symbol('unusable');

/**
 * Reads a tree by the declarations of a class of options: every value is converted to the type of
 * its key, everything that cannot be is reported, and the default stays in its place.
 */
export class OptionsDecoder {
  constructor(private readonly problems: ProblemList) {}

  /** An instance of a class of options; absent and null keys keep their defaults. */
  block<Options extends object>(node: MapNode, type: new () => Options, path: KeyPath): Options {
    const settings = settingsOf(type);
    const result = new type();
    for (const [key, info] of settings) {
      const entry = node.entries.get(key);
      if (!entry) continue;
      if (isNull(entry.node) && !isEmptiedByNull(info)) continue;
      const value = this.value(entry.node, info, [...path, key]);
      if (value !== UNUSABLE) Reflect.set(result, key, value);
    }
    warnAboutUnknownKeys(node, settings, { path, problems: this.problems });
    return result;
  }

  private value(node: ConfigNode, info: SettingInfo, path: KeyPath): unknown {
    switch (info.kind) {
      case 'text':
      case 'integer':
      case 'flag':
      case 'duration':
      case 'bytes':
        return this.scalar(node, info.kind, path);
      case 'texts':
      case 'textsOrBlocks':
        return this.texts(node, info, path);
      case 'memory':
        return this.memory(node, path);
      case 'plain':
        return plainValue(node);
      default:
        return this.mapping(node, info, path);
    }
  }

  private mapping(node: ConfigNode, info: SettingInfo, path: KeyPath): unknown {
    if (isNull(node)) return new Map();
    if (node.kind !== 'map') return this.refuse(node, path, 'must be a mapping');
    if (info.kind === 'block') return this.block(node, info.type!(), path);
    if (info.kind === 'freeMap') return new Map(Object.entries(plainObject(node.entries)));
    const result = new Map<string, unknown>();
    for (const [key, entry] of node.entries) {
      const value = this.mapValue(entry.node, info, [...path, key]);
      if (value !== UNUSABLE) result.set(key, value);
    }
    return result;
  }

  private mapValue(node: ConfigNode, info: SettingInfo, path: KeyPath): unknown {
    if (info.kind === 'textMap') return isNull(node) ? '' : this.scalar(node, 'text', path);
    if (info.kind === 'integerMap') return isNull(node) ? 0 : this.scalar(node, 'integer', path);
    if (isNull(node)) return info.type ? new (info.type())() : new Map();
    if (node.kind !== 'map') {
      const hint = node.kind === 'list' && info.listHint ? ` (${info.listHint})` : '';
      return this.refuse(node, path, `must be a mapping${hint}`);
    }
    if (info.kind === 'blocks') return this.block(node, info.type!(), path);
    return new Map(Object.entries(plainObject(node.entries)));
  }

  private scalar(node: ConfigNode, kind: keyof typeof READERS, path: KeyPath): unknown {
    if (isUnset(node)) return UNUSABLE;
    const { read, wanted } = READERS[kind];
    const value = node.kind === 'scalar' ? read(node) : null;
    return value ?? this.refuse(node, path, `must be ${wanted}`);
  }

  private texts(node: ConfigNode, info: SettingInfo, path: KeyPath): unknown {
    if (isNull(node)) return [];
    if (isUnset(node)) return UNUSABLE;
    if (node.kind !== 'list') {
      return this.refuse(node, path, 'must be a list of texts');
    }
    const texts: unknown[] = [];
    node.items.forEach((item, index) => {
      if (isNull(item)) {
        const at = formatPath([...path, index]);
        if (info.strictItems) this.problems.error(item.place, at, 'must not be empty');
        return;
      }
      const isBlock = info.kind === 'textsOrBlocks' && item.kind === 'map';
      const value = isBlock
        ? this.block(item, info.type!(), [...path, index])
        : this.scalar(item, 'text', [...path, index]);
      if (value !== UNUSABLE) texts.push(value);
    });
    return texts;
  }

  private memory(node: ConfigNode, path: KeyPath): unknown {
    if (node.kind !== 'map') {
      const bytes = this.scalar(node, 'bytes', path);
      return bytes === UNUSABLE ? bytes : { [ANY_DEVICE]: bytes };
    }
    const devices: [string, unknown][] = [];
    for (const [device, entry] of node.entries) {
      const bytes = this.scalar(entry.node, 'bytes', [...path, device]);
      if (bytes !== UNUSABLE) devices.push([device, bytes]);
    }
    return Object.fromEntries(devices);
  }

  private refuse(node: ConfigNode, path: KeyPath, rule: string): typeof UNUSABLE {
    const at = formatPath(path);
    this.problems.error(node.place, at, `${rule}, is ${describeValue(node, at)}`);
    return UNUSABLE;
  }
}

const READERS = {
  text: { read: readText, wanted: 'a text (string)' },
  integer: { read: readInteger, wanted: 'an integer (int)' },
  flag: { read: readFlag, wanted: 'a boolean, true or false' },
  duration: { read: readDuration, wanted: 'a duration with its unit, such as 30s or 1m30s' },
  bytes: { read: readBytes, wanted: 'a size in bytes, such as 14GiB' },
} as const;

/** Lists and mappings become empty by a null, blocks and scalars keep their defaults. */
function isEmptiedByNull({ kind }: SettingInfo): boolean {
  return (
    kind.startsWith('texts') || (kind.endsWith('Map') && kind !== 'plain') || kind === 'blocks'
  );
}

function isUnset(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.text.includes(UNSET_MARK);
}

import {
  OptionsClass,
  SettingInfo,
  SettingKind,
  settingsOf,
} from '../options/setting.decorator.js';
import { allSections, defaultOf, Section } from './section.js';

const TYPE_WORDS: Readonly<Record<SettingKind, string>> = {
  text: 'text',
  integer: 'integer',
  flag: 'boolean',
  duration: 'duration',
  bytes: 'size',
  memory: 'size, or sizes by device',
  texts: 'list of texts',
  textsOrBlocks: 'list of texts or blocks',
  block: 'block',
  blocks: 'mapping',
  textMap: 'mapping of texts',
  integerMap: 'mapping of integers',
  freeMap: 'free mapping',
  freeMaps: 'mapping of free mappings',
  plain: 'mapping',
};

const TABLE = /<!-- keys of (.+?) -->\n[^]*?<!-- end of keys -->/g;
const TOP_LEVEL = 'the top level';

/** Where a document may have a table: the paths of all sections, `the top level` first. */
export function tableNames(): string[] {
  return allSections().map(nameOf);
}

/**
 * Puts the tables of keys into a document, between `<!-- keys of PATH -->` and
 * `<!-- end of keys -->`.
 *
 * @throws Error for a path that is no section.
 */
export function fillOptionTables(markdown: string): string {
  const sections = new Map(allSections().map((section) => [nameOf(section), section]));
  return markdown.replace(TABLE, (_whole, name: string) => {
    const section = sections.get(name);
    if (!section) throw new Error(`there is no section ${name} for a table of keys`);
    return `<!-- keys of ${name} -->\n\n${optionTable(section.type)}\n\n<!-- end of keys -->`;
  });
}

function nameOf({ path }: Section): string {
  return path === '' ? TOP_LEVEL : path;
}

function optionTable(type: OptionsClass): string {
  const rows = [...settingsOf(type)].map(([key, info]) =>
    [`\`${key}\``, typeText(info), defaultText(type, key, info), meaning(info)]
      .map(cell)
      .join(' | '),
  );
  const head = ['Key | Type | Default | Meaning', '--- | --- | --- | ---'];
  return [...head, ...rows].map((row) => `| ${row} |`).join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function typeText({ kind, unit, min, allowed }: SettingInfo): string {
  const words = [unit ? `${TYPE_WORDS[kind]}, ${unit}` : TYPE_WORDS[kind]];
  if (min !== undefined) words.push(`≥ ${min}`);
  if (allowed) words.push(allowed.map((word) => `\`${word}\``).join(', '));
  return words.join('; ');
}

function defaultText(type: OptionsClass, key: string, info: SettingInfo): string {
  if (info.default !== undefined) return info.default;
  const value = defaultOf(type, key);
  if (typeof value === 'number' || typeof value === 'boolean') return `\`${value}\``;
  if (typeof value === 'string') return value === '' ? 'empty' : `\`${value}\``;
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item) => `\`${String(item)}\``).join(', ');
  }
  return info.kind === 'block' ? 'see there' : 'empty';
}

function meaning({ doc, obsolete }: SettingInfo): string {
  return obsolete ? `${doc} Obsolete, use ${obsolete}.` : doc;
}

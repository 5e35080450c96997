import { DroverOptions } from '../options/drover.options.js';
import { OptionsClass, SettingInfo, settingsOf } from '../options/setting.decorator.js';

/** One class of options with the place of its keys in the file. */
export interface Section {
  readonly type: OptionsClass;
  /** `models.<id>.timeouts`; empty for the top level. */
  readonly path: string;
}

/**
 * Every class of options, each once, where it comes first in the file. Classes that stand in several
 * places, such as the filters of models and peers, are listed for the first one.
 */
export function allSections(): Section[] {
  const sections: Section[] = [];
  const seen = new Set<OptionsClass>();
  const visit = (type: OptionsClass, path: string): void => {
    if (seen.has(type)) return;
    seen.add(type);
    sections.push({ type, path });
    for (const [key, info] of settingsOf(type)) {
      if (info.type) visit(info.type(), pathBelow(path, key, info));
    }
  };
  visit(DroverOptions, '');
  return sections;
}

/** Initial value of a key: its default. */
export function defaultOf(type: OptionsClass, key: string): unknown {
  return (new type() as Readonly<Record<string, unknown>>)[key];
}

function pathBelow(path: string, key: string, { kind }: SettingInfo): string {
  const full = path === '' ? key : `${path}.${key}`;
  if (kind === 'textsOrBlocks') return `${full}[]`;
  return kind === 'blocks' ? `${full}.<id>` : full;
}

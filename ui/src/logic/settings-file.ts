/**
 * Names under which this UI keeps settings in the browser. Pages of the models' own servers stand on the
 * same origin and keep theirs beside them, so nothing else may be touched.
 */
const OWN =
  /^(?:theme-(?:mode|name)|app-title|sidebar-folded|models-menu-open|models-dash-|activity-|model-detail-|logviewer-|panel-size-logviewer-|logPanel-|perf-|monitoring-(?:model|window)$|playground-|concurrency-)/;

/** Written into each file, so that nothing else is taken for one. */
const FORMAT = 'drover-ui-settings';

/** The part of `Storage` that is needed here. */
export type SettingsStorage = Pick<
  Storage,
  'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'
>;

/** All settings of this UI as the text of a file. */
export function exportSettings(storage: SettingsStorage): string {
  const settings = Object.fromEntries(
    ownKeys(storage)
      .toSorted()
      .map((key) => [key, storage.getItem(key)]),
  );
  return JSON.stringify({ format: FORMAT, settings }, null, 2);
}

/**
 * Takes settings out of the text of a file; each is checked once more where it is used.
 *
 * @returns how many there were, or null for a text that is no such file
 */
export function importSettings(storage: SettingsStorage, text: string): number | null {
  const settings = settingsOf(text);
  if (!settings) return null;
  const own = Object.entries(settings).filter(
    (entry): entry is [string, string] => OWN.test(entry[0]) && typeof entry[1] === 'string',
  );
  for (const [key, value] of own) storage.setItem(key, value);
  return own.length;
}

/** Forgets all settings of this UI, and nothing else. */
export function resetSettings(storage: SettingsStorage): void {
  for (const key of ownKeys(storage)) storage.removeItem(key);
}

function ownKeys(storage: SettingsStorage): string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index)!).filter((key) =>
    OWN.test(key),
  );
}

function settingsOf(text: string): object | null {
  try {
    const file = JSON.parse(text) as { format?: unknown; settings?: unknown } | null;
    if (file?.format !== FORMAT || typeof file.settings !== 'object') return null;
    return file.settings;
  } catch {
    return null;
  }
}

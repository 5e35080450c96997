import { describe, expect, it } from 'vitest';
import {
  exportSettings,
  importSettings,
  resetSettings,
  type SettingsStorage,
} from './settings-file.js';

function storageOf(entries: Readonly<Record<string, string>>) {
  const map = new Map(Object.entries(entries));
  const storage: SettingsStorage = {
    get length() {
      return map.size;
    },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
  return { storage, map };
}

const MIXED = { 'theme-mode': '"dark"', 'logPanel-model-a/b-wrapText': 'true', conversations: 'x' };

describe('a file of settings', () => {
  it('goes from one browser to another', () => {
    const text = exportSettings(storageOf(MIXED).storage);
    const { storage, map } = storageOf({});
    expect(importSettings(storage, text)).toBe(2);
    expect(Object.fromEntries(map)).toEqual({
      'theme-mode': '"dark"',
      'logPanel-model-a/b-wrapText': 'true',
    });
  });

  it.each(['', 'x', 'null', '{}', '{"format":"other","settings":{}}', '[]'])(
    'is not %j',
    (text) => {
      const { storage, map } = storageOf({});
      expect(importSettings(storage, text)).toBeNull();
      expect(map.size).toBe(0);
    },
  );

  it('brings in nothing that belongs to others', () => {
    const { storage, map } = storageOf({});
    const settings = { token: 'x', 'perf-window': '1', 'theme-name': 7 };
    const text = JSON.stringify({ format: 'drover-ui-settings', settings });
    expect(importSettings(storage, text)).toBe(1);
    expect([...map.keys()]).toEqual(['perf-window']);
  });
});

it('forgets its own settings, not those of pages beside it', () => {
  const { storage, map } = storageOf(MIXED);
  resetSettings(storage);
  expect([...map.keys()]).toEqual(['conversations']);
});

it('knows every setting that the UI keeps', () => {
  const sources = import.meta.glob<string>(['../**/*.svelte', '../**/*.ts', '!../**/*.spec.ts'], {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const names = Object.values(sources).flatMap((text) =>
    [...text.matchAll(/stored(?:<[^(]*>)?\(\s*'([^']+)'/g)].map((match) => match[1]!),
  );
  expect(names.length).toBeGreaterThan(20);
  const { storage, map } = storageOf(Object.fromEntries(names.map((name) => [name, '1'])));
  resetSettings(storage);
  expect([...map.keys()]).toEqual([]);
});

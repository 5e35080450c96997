import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Floors from the ground up; a lib may import lower floors only. */
const FLOORS: readonly (readonly string[])[] = [
  ['plugin-api', 'foundation'],
  ['config', 'plugin-host'],
  ['process', 'monitor', 'logs'],
  ['router'],
  ['proxy', 'activity', 'metrics'],
];

const FORBIDDEN_FOLDERS = ['utils', 'common', 'helpers', 'shared', 'core'];

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function sources(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('node_modules'));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern = /(?:from|import)\s*\(?\s*'([^']+)'/g;
  return [...text.matchAll(pattern)].map((match) => ({ file, specifier: match[1]! }));
}

function floorOf(lib: string): number {
  return FLOORS.findIndex((floor) => floor.includes(lib));
}

/** Name of the lib or plugin a relative import ends in, with its kind, or null outside both. */
function territory(file: string): string | null {
  const match = /^(libs|plugins)\/([^/]+)\//.exec(file);
  return match ? `${match[1]}/${match[2]}` : null;
}

const libFiles = sources('libs');
const pluginFiles = sources('plugins');
const sourceFiles = [...libFiles, ...pluginFiles, ...sources('src')];

describe('architecture', () => {
  it('puts every lib on exactly one floor', () => {
    const libs = readdirSync(join(root, 'libs')).filter((name) => sources(`libs/${name}`).length);
    expect(libs.filter((lib) => floorOf(lib) < 0)).toEqual([]);
  });

  it('lets a lib import lower floors only', () => {
    const wrong = libFiles.flatMap(importsOf).filter(({ file, specifier }) => {
      const target = /^#lib\/([^/]+)/.exec(specifier)?.[1];
      if (specifier.startsWith('#plugin/')) return true;
      if (!target) return false;
      const own = file.split('/')[1]!;
      return floorOf(target) < 0 || floorOf(target) >= floorOf(own);
    });
    expect(wrong).toEqual([]);
  });

  it('lets a plugin import nothing of ours but #lib/plugin-api', () => {
    const wrong = pluginFiles
      .flatMap(importsOf)
      .filter(({ specifier }) => specifier.startsWith('#'))
      .filter(({ specifier }) => !/^#lib\/plugin-api(\/testing)?$/.test(specifier));
    expect(wrong).toEqual([]);
  });

  it('crosses the border of a lib or plugin by subpath import only', () => {
    const wrong = sourceFiles.flatMap(importsOf).filter(({ file, specifier }) => {
      if (!specifier.startsWith('.')) return false;
      const target = relative(root, resolve(root, dirname(file), specifier));
      return territory(target) !== territory(file);
    });
    expect(wrong).toEqual([]);
  });

  it('names the built-in plugins in one file of src only', () => {
    const files = sources('src')
      .flatMap(importsOf)
      .filter(({ specifier }) => specifier.startsWith('#plugin/'))
      .map(({ file }) => file);
    expect(new Set(files).size).toBeLessThanOrEqual(1);
  });

  it('starts and signals processes in libs/process only, apart from probes, plugins and the CLI', () => {
    const wrong = sourceFiles
      .filter((file) => !file.endsWith('spec.ts') && !file.includes('/testing/'))
      .flatMap(importsOf)
      .filter(({ specifier }) => specifier === 'node:child_process')
      .filter(
        ({ file }) => !/^(libs\/process|libs\/monitor\/world|plugins\/gpu-|src\/cli)\//.test(file),
      );
    expect(wrong).toEqual([]);
  });

  it('has no folder that says nothing about its content', () => {
    const wrong = sourceFiles.filter((file) =>
      file.split('/').some((part) => FORBIDDEN_FOLDERS.includes(part)),
    );
    expect(wrong).toEqual([]);
  });

  it('takes time from the injected clock only, except where the outside world begins', () => {
    const pattern = /\bDate\.now\(|(?<![.\w])set(?:Timeout|Interval)\(/;
    const allowed =
      /^(libs\/foundation\/system-clock\.ts|src\/performance\/schedule\.ticker\.ts|src\/cli\/|src\/demo-server\/)/;
    const wrong = [...libFiles, ...sources('src')]
      .filter((file) => !file.endsWith('spec.ts') && !file.includes('/testing/'))
      .filter((file) => !allowed.test(file))
      .filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')));
    expect(wrong).toEqual([]);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DroverError } from '#lib/foundation';
import { PLUGIN_API_COPY, PLUGIN_METADATA } from '#lib/plugin-api';
import { loadPluginPackages } from './plugin-packages.loader.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-plugins-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Code that leaves on a class what the decorators leave, without importing them. */
function decorated(className: string, metadata: object): string {
  const text = JSON.stringify(metadata).replace('"COPY"', 'globalThis.droverTestCopy');
  return `export class ${className} {}
Reflect.defineMetadata(${JSON.stringify(PLUGIN_METADATA)}, ${text}, ${className});`;
}

const good = decorated('GoodPlanner', {
  kind: 'planner',
  name: 'good',
  apiVersion: 1,
  copy: 'COPY',
});

async function install(
  name: string,
  manifest: object | string,
  files: Record<string, string> = {},
) {
  const home = join(folder, 'node_modules', name);
  await mkdir(home, { recursive: true });
  const text = typeof manifest === 'string' ? manifest : JSON.stringify({ name, ...manifest });
  await writeFile(join(home, 'package.json'), text);
  for (const [file, code] of Object.entries(files)) await writeFile(join(home, file), code);
}

async function failure(name: string): Promise<string> {
  Object.assign(globalThis, { droverTestCopy: PLUGIN_API_COPY });
  try {
    await loadPluginPackages([name], folder);
  } catch (error) {
    if (error instanceof DroverError && error.code === 'PLUGIN_INVALID') return error.message;
    throw error;
  }
  throw new Error('loaded');
}

const esm = { type: 'module', drover: { apiVersion: 1 } };

describe('plugin packages', () => {
  it.each([
    { title: 'exports', entry: { exports: { '.': { require: './no.cjs', import: './main.js' } } } },
    { title: 'exports as text', entry: { exports: './main.js' } },
    { title: 'main', entry: { main: 'main.js' } },
  ])('loads a package through its $title', async ({ entry }) => {
    Object.assign(globalThis, { droverTestCopy: PLUGIN_API_COPY });
    await install('@acme/good', { ...esm, version: '1.2.3', ...entry }, { 'main.js': good });
    const [loaded] = await loadPluginPackages(['@acme/good'], folder);
    expect(loaded).toMatchObject({ name: '@acme/good', version: '1.2.3' });
    expect(loaded!.file).toMatch(/main\.js$/);
    expect(loaded!.classes.map((one) => one.name)).toEqual(['GoodPlanner']);
  });

  it.each(['./local', '/etc/passwd', '../up', 'node:fs', 'a/b', '@a/b/c', ''])(
    'refuses %j, which is no package name',
    async (name) => {
      expect(await failure(name)).toContain('is not a package name');
    },
  );

  it('says where it looked for a package that is not there', async () => {
    expect(await failure('absent')).toContain(`is not installed below ${folder}`);
  });

  it.each([
    { title: 'no version', drover: undefined, says: 'states no drover.apiVersion' },
    { title: 'another version', drover: { apiVersion: 2 }, says: 'states 2' },
    { title: 'a version as text', drover: { apiVersion: '1' }, says: 'states "1"' },
  ])('refuses a manifest with $title before any code runs', async ({ drover, says }) => {
    const code = 'globalThis.droverTestRan = true;';
    await install('old', { type: 'module', main: 'main.js', drover }, { 'main.js': code });
    expect(await failure('old')).toContain(says);
    expect(globalThis).not.toHaveProperty('droverTestRan');
  });

  it('says what went wrong while importing', async () => {
    await install('broken', { ...esm, main: 'main.js' }, { 'main.js': 'throw new Error("boom")' });
    expect(await failure('broken')).toBe('plugin package "broken" cannot be imported: boom');
  });

  it('refuses a package without plugins', async () => {
    await install('empty', { ...esm, main: 'main.js' }, { 'main.js': 'export class None {}' });
    expect(await failure('empty')).toContain('exports no class with a plugin decorator');
  });

  it('refuses a class decorated through another copy of the contract', async () => {
    const code = decorated('Own', { kind: 'planner', name: 'own', apiVersion: 1, copy: null });
    await install('own', { ...esm, main: 'main.js' }, { 'main.js': code });
    expect(await failure('own')).toContain('plugin Own brings its own copy');
  });
});

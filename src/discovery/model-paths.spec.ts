import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigStore } from '#lib/config';
import { ModelPaths, isInside } from './model-paths.js';

let folder: string;
let paths: ModelPaths;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'drover-paths-')));
  for (const name of ['models', 'models-secret', 'served']) mkdirSync(join(folder, name));
  for (const file of ['models/a.gguf', 'models-secret/b.gguf', 'served/c.gguf', 'd.gguf']) {
    writeFileSync(join(folder, file), '');
  }
  symlinkSync(join(folder, 'd.gguf'), join(folder, 'models/out.gguf'));
  symlinkSync(join(folder, 'models'), join(folder, 'in'));
  const cmd = `llama-server --model ${join(folder, 'served/c.gguf')}`;
  const monitoring = { modelDirectories: [join(folder, 'models'), join(folder, 'missing')] };
  const current = { monitoring, models: new Map([['c', { cmd }]]) };
  paths = new ModelPaths({ current } as unknown as ConfigStore);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('ModelPaths', () => {
  it('allows the configured folders that exist and those that commands name', async () => {
    expect(await paths.roots()).toEqual([join(folder, 'models'), join(folder, 'served')]);
  });

  it.each(['models', 'models/a.gguf', 'served/c.gguf', 'in/a.gguf', 'models/../served'])(
    'lets %s through',
    async (path) => {
      await expect(paths.allowed(join(folder, path))).resolves.toBeTypeOf('string');
      await expect(paths.allowed(`${folder}/${path}`)).resolves.toBeTypeOf('string');
    },
  );

  it.each([
    ['a folder whose name begins alike', 'models-secret/b.gguf'],
    ['a way out', 'models/../d.gguf'],
    ['a link that leads out', 'models/out.gguf'],
    ['the folder above', '.'],
    ['a file that does not exist elsewhere', 'nowhere/x.gguf'],
    ['a way out to nothing', 'models/../../nothing'],
  ])('refuses %s', async (_, path) => {
    const refusal = { code: 'PATH_NOT_ALLOWED', entry: { status: 403 } };
    await expect(paths.allowed(`${folder}/${path}`)).rejects.toMatchObject(refusal);
  });

  it('says of a path inside that it does not exist', async () => {
    const path = join(folder, 'models/x.gguf');
    await expect(paths.allowed(path)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('takes GGUF files only where a file is meant', async () => {
    const file = join(folder, 'models/a.gguf');
    expect(await paths.allowedFile(file)).toBe(file);
    await expect(paths.allowedFile(join(folder, 'models'))).rejects.toThrow('no GGUF file');
  });
});

describe('isInside', () => {
  it.each([
    ['/a/b', '/a', true],
    ['/a', '/a', true],
    ['/ab', '/a', false],
    ['/b', '/', true],
  ])('%s in %s: %s', (path, root, expected) => expect(isInside(path, root)).toBe(expected));
});

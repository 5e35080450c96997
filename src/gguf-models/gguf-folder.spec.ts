import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MetadataValue, writeGguf } from '../../test/support/gguf-writer.js';
import { configFromGgufFolder } from './gguf-folder.js';
import { GgufFolderError } from './gguf-folder.error.js';

let folder: string;
let env: { PATH: string };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-gguf-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  mkdirSync(join(folder, 'models'));
  writeFileSync(join(bin, 'llama-server'), '#!/bin/sh\n');
  chmodSync(join(bin, 'llama-server'), 0o755);
  env = { PATH: `/nowhere:${bin}` };
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, entries: Record<string, string | number>): void {
  const metadata = Object.entries(entries).map(([key, value]): [string, MetadataValue] => [
    key,
    typeof value === 'string' ? { type: 'string', value } : { type: 'uint32', value },
  ]);
  const content = [new Uint8Array(4 * 64)];
  const tensors = [{ name: 'token_embd.weight', dimensions: [8, 8], content }];
  writeGguf(join(folder, 'models', name), new Map(metadata), tensors);
}

function configure(cwd = '/') {
  return configFromGgufFolder(join(folder, 'models'), { env, cwd });
}

const LLAMA = { 'general.architecture': 'llama', 'llama.context_length': 2048 };

describe('configFromGgufFolder', () => {
  it('serves one model per file, with id, context and size from the header', async () => {
    write('first.gguf', { ...LLAMA, 'general.name': 'First One', 'general.file_type': 0 });
    write('second.GGUF', LLAMA);
    const { models, text, warnings } = await configure();
    expect(models.map(({ id }) => id)).toEqual(['first-one', 'second']);
    expect(models[0]!.header).toMatchObject({
      contextLength: 2048,
      parameters: 64,
      quantization: 'F32',
    });
    expect(text).toContain(join(folder, 'bin', 'llama-server'));
    expect(text).toContain(join(folder, 'models', 'first.gguf'));
    expect(warnings).toEqual([]);
  });

  it('takes the parts of a split model for one model of their common size', async () => {
    write('big-00001-of-00002.gguf', LLAMA);
    write('big-00002-of-00002.gguf', {});
    const { models } = await configure();
    expect(models).toHaveLength(1);
    expect(models[0]).toMatchObject({
      id: 'big',
      file: { path: join(folder, 'models', 'big-00001-of-00002.gguf'), stem: 'big' },
    });
    expect(models[0]!.file.bytes).toBeGreaterThan(2 * 256);
  });

  it('leaves out a split model with a missing part, and a damaged file, and says so', async () => {
    write('good.gguf', LLAMA);
    write('big-00001-of-00003.gguf', LLAMA);
    write('big-00003-of-00003.gguf', {});
    writeFileSync(join(folder, 'models', 'broken.gguf'), 'no model at all');
    const { models, warnings } = await configure();
    expect(models.map(({ id }) => id)).toEqual(['good']);
    expect(warnings).toEqual([
      expect.stringMatching(/big: left out, part 2 of 3 is missing$/),
      expect.stringMatching(/broken\.gguf: left out, it is damaged/),
    ]);
  });

  it.each([40, 100])('leaves out a file of which a download got %i bytes only', async (bytes) => {
    write('good.gguf', LLAMA);
    write('part.gguf', LLAMA);
    truncateSync(join(folder, 'models/part.gguf'), bytes);
    const { models, warnings } = await configure();
    expect(models.map(({ id }) => id)).toEqual(['good']);
    expect(warnings.join()).toContain(
      `part.gguf: left out, it is damaged: it is cut short: ${bytes}`,
    );
  });

  it('leaves out a file that does not say what kind of model it is', async () => {
    write('good.gguf', LLAMA);
    write('odd.gguf', { 'general.name': 'Odd' });
    const { warnings } = await configure();
    expect(warnings.join()).toContain(
      'odd.gguf: left out, it is damaged: it names no architecture',
    );
  });

  it('leaves out links that lead nowhere and folders that are not files', async () => {
    write('good.gguf', LLAMA);
    mkdirSync(join(folder, 'models/folder.gguf'));
    symlinkSync('/nowhere.gguf', join(folder, 'models/gone.gguf'));
    symlinkSync('good.gguf', join(folder, 'models/link.gguf'));
    const { models, warnings } = await configure();
    expect(models.map(({ id }) => id)).toEqual(['good', 'link']);
    expect(warnings).toEqual([
      expect.stringMatching(/gone\.gguf: left out, cannot be read: ENOENT/),
    ]);
  });

  it('looks at the folder of a single file, and not at the folders below', async () => {
    write('good.gguf', LLAMA);
    mkdirSync(join(folder, 'models/deeper'));
    write('deeper/other.gguf', LLAMA);
    const path = join(folder, 'models/good.gguf');
    const { models } = await configFromGgufFolder(path, { env, cwd: '/' });
    expect(models.map(({ id }) => id)).toEqual(['good']);
  });

  it('gives a projector to its model instead of serving it', async () => {
    mkdirSync(join(folder, 'models', 'vision'));
    write('vision/gemma.gguf', LLAMA);
    write('vision/mmproj-gemma.gguf', { 'general.architecture': 'clip' });
    const { models } = await configure();
    expect(models).toMatchObject([
      { id: 'gemma', projector: join(folder, 'models', 'vision', 'mmproj-gemma.gguf') },
    ]);
  });

  it('finds a folder that is given relative to the working directory', async () => {
    write('a.gguf', LLAMA);
    const { models } = await configFromGgufFolder('models', { env, cwd: folder });
    expect(models).toHaveLength(1);
  });

  it('says how to get llama-server when it is not on PATH', async () => {
    chmodSync(join(folder, 'bin', 'llama-server'), 0o644);
    await expect(configure()).rejects.toThrow(/llama-server is not on PATH.*Install llama\.cpp/);
  });

  it('refuses a folder without models, naming it and what was left out', async () => {
    writeFileSync(join(folder, 'models', 'broken.gguf'), 'x');
    await expect(configure()).rejects.toThrow(/models holds no GGUF model[^]*broken\.gguf: left/);
  });

  it('refuses a folder that is not there', async () => {
    rmSync(join(folder, 'models'), { recursive: true });
    await expect(configure()).rejects.toThrow(GgufFolderError);
  });
});

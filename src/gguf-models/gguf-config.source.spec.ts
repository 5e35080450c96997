import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigStore, splitCommand } from '#lib/config';
import { writeGguf } from '../../test/support/gguf-writer.js';
import { GgufConfigSource } from './gguf-config.source.js';

let folder: string;
let source: GgufConfigSource;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover gguf-'));
  mkdirSync(join(folder, 'models'));
  writeFileSync(join(folder, 'llama-server'), '#!/bin/sh\n');
  chmodSync(join(folder, 'llama-server'), 0o755);
  const env = { PATH: folder };
  source = new GgufConfigSource('models', { env, cwd: folder, platform: process.platform });
});

afterEach(() => rmSync(folder, { recursive: true }));

function pathOf(name: string): string {
  return join(folder, 'models', name);
}

function write(name: string): void {
  writeGguf(
    pathOf(name),
    new Map([
      ['general.architecture', { type: 'string', value: 'llama' }],
      ['llama.context_length', { type: 'uint32', value: 2048 }],
    ]),
    [{ name: 'token_embd.weight', dimensions: [8, 4], content: [new Uint8Array(128)] }],
  );
}

describe('GgufConfigSource', () => {
  it('gives a configuration that loads without a warning', async () => {
    write('sheep dog.gguf');
    await source.refresh();
    const store = new ConfigStore(source.read);
    expect(store.load()).toMatchObject({ problems: [], warnings: [] });
    expect(store.current.models.get('sheep-dog')).toMatchObject({
      proxy: 'http://localhost:5800',
      capabilities: { in: ['text'], out: ['text'], context: 2048 },
      metadata: { parameters: 32, contextLength: 2048 },
    });
  });

  it.each(['plain', 'two words', "it's", 'a"b', 'a$b', '${x}', '#no-comment', 'ähre'])(
    'hands the path of %s over unharmed',
    async (stem) => {
      write(`${stem}.gguf`);
      await source.refresh();
      const { config, problems } = source.read(null);
      expect(problems).toEqual([]);
      const [model] = config!.models.values();
      const words = splitCommand(model!.cmd, process.platform);
      expect(words[0]).toBe(join(folder, 'llama-server'));
      expect(words[words.indexOf('--model') + 1]).toBe(pathOf(`${stem}.gguf`));
      expect(words[words.indexOf('--port') + 1]).toBe('5800');
    },
  );

  it('sees new files after a refresh, and models that stay keep their ports', async () => {
    write('b.gguf');
    await source.refresh();
    const store = new ConfigStore(source.read);
    store.load();
    write('a.gguf');
    expect([...source.read(store.current).config!.models.keys()]).toEqual(['b']);
    await source.refresh();
    store.load();
    const ports = [...store.current.models.values()].map(({ id, port }) => [id, port]);
    expect(ports).toEqual([
      ['a', 5801],
      ['b', 5800],
    ]);
  });

  it('keeps what it has when the folder has become empty', async () => {
    write('a.gguf');
    await source.refresh();
    rmSync(pathOf('a.gguf'));
    await expect(source.refresh()).rejects.toThrow('holds no GGUF model');
    expect([...source.read(null).config!.models.keys()]).toEqual(['a']);
  });
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runDrover, startDrover } from '../support/drover-process.js';
import { writeGguf } from '../support/gguf-writer.js';

const FAKE_SERVER = join(import.meta.dirname, '../support/fake-server.mjs');

/** Stands for llama-server: takes its flags and answers with the path of the model. */
const SCRIPT = `#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in --port) port=$2;; --model) model=$2;; esac
  shift
done
exec "${process.execPath}" "${FAKE_SERVER}" --port "$port" --name "$model"
`;

interface ModelList {
  readonly data: readonly { readonly id: string; readonly meta?: { readonly n_ctx?: number } }[];
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-models-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'models'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function installServer(): { PATH: string } {
  const program = join(folder, 'bin', 'llama-server');
  writeFileSync(program, SCRIPT);
  chmodSync(program, 0o755);
  return { PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter) };
}

function writeModel(file: string, name: string): void {
  const metadata = new Map([
    ['general.architecture', { type: 'string', value: 'llama' } as const],
    ['general.name', { type: 'string', value: name } as const],
    ['llama.context_length', { type: 'uint32', value: 4096 } as const],
  ]);
  const content = [new Uint8Array(128)];
  const tensors = [{ name: 'token_embd.weight', dimensions: [8, 4], content }];
  writeGguf(join(folder, 'models', file), metadata, tensors);
}

describe('drover -models', () => {
  it('serves each GGUF file of a folder with llama-server', async () => {
    writeModel('a file.gguf', 'Shepherd 1B');
    writeModel('b.gguf', 'Collie 2B');
    await using drover = startDrover(['-models', 'models', '-listen', '127.0.0.1:0'], {
      cwd: folder,
      env: installServer(),
    });
    const base = await drover.listening();
    const { data } = (await (await fetch(new URL('/v1/models', base))).json()) as ModelList;
    expect(data.map(({ id }) => id)).toEqual(['collie-2b', 'shepherd-1b']);
    const response = await fetch(new URL('/v1/chat/completions', base), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'shepherd-1b', messages: [] }),
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(join(folder, 'models', 'a file.gguf'));
  });

  it('says how to get llama-server when it is missing', async () => {
    writeModel('a.gguf', 'A');
    const ending = await runDrover(['-models', 'models'], { cwd: folder, env: { PATH: folder } });
    expect(ending).toMatchObject({ code: 1 });
    expect(ending.stderr).toContain('llama-server is not on PATH');
    expect(ending.stderr).toContain('Install llama.cpp');
  });

  it('says that a folder holds no model', async () => {
    const options = { cwd: folder, env: installServer() };
    const ending = await runDrover(['-models', 'models'], options);
    expect(ending).toMatchObject({ code: 1 });
    expect(ending.stderr).toContain(`${join(folder, 'models')} holds no GGUF model`);
  });
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Discovery } from '../../src/discovery/discovery.service.js';
import { ModelsBody } from '../../src/discovery/model-origins.js';
import { DROVER_MAIN, DroverProcess, startDrover } from '../support/drover-process.js';
import { writeGguf } from '../support/gguf-writer.js';
import { freePort } from '../support/process-rig.js';

/** Stands for llama-server: takes its flags and serves the demo model under the model's path. */
const SCRIPT = `#!/bin/sh
echo "arguments: $*"
while [ $# -gt 0 ]; do
  case "$1" in --port) port=$2;; --model) model=$2;; esac
  shift
done
exec "${process.execPath}" "${DROVER_MAIN}" demo-server --port "$port" --name "$model" --load-time 10ms
`;

let folder: string;
let drover: DroverProcess;
let url: URL;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drover-discovery-'));
  for (const name of ['bin', 'models', 'elsewhere']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'bin/llama-server'), SCRIPT);
  chmodSync(join(folder, 'bin/llama-server'), 0o755);
  writeModel('models/shepherd.gguf', 'Shepherd 1B');
  writeModel('models/split-00001-of-00002.gguf', 'Collie 2B');
  writeModel('models/split-00002-of-00002.gguf', 'Collie 2B');
  writeModel('models/mmproj-shepherd.gguf', 'Shepherd', 'clip');
  writeModel('elsewhere/secret.gguf', 'Secret');
  symlinkSync(join(folder, 'elsewhere/secret.gguf'), join(folder, 'models/link.gguf'));
  writeFileSync(join(folder, 'models/broken.gguf'), 'no header');
  const cmd = `${join(folder, 'bin/llama-server')} --port \${PORT} --model demo`;
  const config = {
    startPort: await freePort(),
    monitoring: { modelDirectories: ['models'] },
    models: { configured: { cmd } },
  };
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
  const path = [join(folder, 'bin'), process.env['PATH']].join(delimiter);
  drover = startDrover(['-config', 'config.yaml', '-listen', '127.0.0.1:0'], {
    cwd: folder,
    env: { PATH: path },
  });
  url = await drover.listening();
});

afterAll(async () => {
  await drover[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function writeModel(file: string, name: string, architecture = 'llama'): void {
  const metadata = new Map([
    ['general.architecture', { type: 'string', value: architecture } as const],
    ['general.name', { type: 'string', value: name } as const],
  ]);
  const tensors = [{ name: 'x', dimensions: [8, 4], content: [new Uint8Array(128)] }];
  writeGguf(join(folder, file), metadata, tensors);
}

const file = (name: string): string => join(folder, 'models', name);

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names the answer where it is asked for
async function call<Body>(what: string, body?: object): Promise<{ status: number; body: Body }> {
  const [method, path] = what.split(' ') as [string, string];
  const init = { method, ...(body && { body: JSON.stringify(body) }) };
  const answer = await fetch(new URL(`/api/v1/llama/${path}`, url), init);
  return { status: answer.status, body: (await answer.json()) as Body };
}

describe('discovery', () => {
  it('finds what could be served in the configured folders, and nothing else', async () => {
    const { status, body } = await call<Discovery>('POST discover');
    expect(status).toBe(200);
    expect(body.candidates).toEqual([
      {
        modelName: 'shepherd-1b',
        path: join(folder, 'models/shepherd.gguf'),
        sizeBytes: expect.any(Number),
        engine: 'llama.cpp',
        host: null,
        port: null,
        known: false,
      },
      expect.objectContaining({
        modelName: 'collie-2b',
        path: join(folder, 'models/split-00001-of-00002.gguf'),
      }),
    ]);
    expect(body.warnings.join('\n')).toMatch(/broken\.gguf.*\n.*link\.gguf.*leads out/);
    const listed = await call<ModelsBody>('GET models');
    expect(listed.body.discovered.map(({ modelName }) => modelName)).toHaveLength(2);
  });

  it.each([
    ['a folder elsewhere', { paths: ['elsewhere'] }, 403],
    ['a way out', { paths: ['models/../elsewhere/secret.gguf'] }, 403],
    ['a link out', { paths: ['models/link.gguf'] }, 403],
    ['the root', { paths: ['/'] }, 403],
    ['what is not there', { paths: ['models/none.gguf'] }, 400],
    ['no list', { paths: 'models' }, 400],
    ['a link-local address', { addresses: ['169.254.169.254:80'] }, 400],
  ])('refuses %s', async (_, body, status) => {
    expect((await call('POST discover', body)).status).toBe(status);
  });

  it('finds a running server, and tells that it is known', async () => {
    const started = await call<{ port: number }>('POST models/configured/start?wait=true');
    const address = `127.0.0.1:${started.body.port}`;
    const { body } = await call<Discovery>('POST discover', { paths: [], addresses: [address] });
    expect(body.candidates).toEqual([
      expect.objectContaining({ engine: 'llama.cpp', port: started.body.port, known: true }),
    ]);
    const nobody = { paths: [], addresses: [`127.0.0.1:${await freePort()}`] };
    expect((await call<Discovery>('POST discover', nobody)).body.candidates).toEqual([]);
  });
});

describe('registering a startable model', () => {
  it('makes it a model like any other, until it is removed', async () => {
    const model = { modelName: 'new one', path: file('shepherd.gguf'), args: ['--ctx-size', '64'] };
    expect(await call('POST models', model)).toMatchObject({
      status: 201,
      body: { modelName: 'new one', state: 'stopped', managed: true },
    });
    expect(await call('POST models', model)).toMatchObject({ status: 409 });
    const completion = await fetch(new URL('/v1/chat/completions', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'new one', messages: [{ role: 'user', content: 'hi' }] }),
    });
    expect(completion.status).toBe(200);
    const log = await fetch(new URL('/api/config/reload', url), { method: 'POST' });
    expect(log.status).toBe(200);
    const { body } = await call<ModelsBody>('GET models');
    const origins = body.models.map(({ modelName, origin, state }) => [modelName, origin, state]);
    expect(origins).toContainEqual(['new one', 'registered', 'ready']);
    expect(origins).toContainEqual(expect.arrayContaining(['configured', 'configured']));
    expect((await call('DELETE models/new%20one')).status).toBe(200);
    expect((await call('POST models/new%20one/start')).status).toBe(404);
    expect((await call('DELETE models/configured')).status).toBe(409);
  });

  it('takes the port that it is told', async () => {
    const port = await freePort();
    const model = { modelName: 'fixed', path: file('shepherd.gguf'), port };
    expect((await call('POST models', model)).status).toBe(201);
    expect(await call('POST models/fixed/start?wait=true')).toMatchObject({
      status: 200,
      body: { state: 'ready', port },
    });
    expect((await call('DELETE models/fixed')).status).toBe(200);
  });

  it.each([
    ['a taken name', { modelName: 'configured' }, 409],
    ['a file elsewhere', { path: '/etc/passwd' }, 403],
    ['a link out', { path: 'models/link.gguf' }, 403],
    ['a projector', { path: 'models/mmproj-shepherd.gguf' }, 400],
    ['a damaged file', { path: 'models/broken.gguf' }, 400],
    ['a later part of a split file', { path: 'models/split-00002-of-00002.gguf' }, 400],
    ['a forbidden argument', { args: ['--host', '0.0.0.0'] }, 400],
    ['a name with a macro', { modelName: '${PORT}' }, 400],
  ])('refuses %s', async (_, more, status) => {
    const model = { modelName: 'x', path: 'models/shepherd.gguf', ...more };
    expect((await call('POST models', model)).status).toBe(status);
  });

  it('registers what a search finds where that is wanted', async () => {
    const { body } = await call<Discovery>('POST discover', { register: true });
    expect(body.registered).toEqual(['shepherd-1b', 'collie-2b']);
    expect((await call<ModelsBody>('GET models')).body.discovered).toEqual([]);
    expect((await call('DELETE models/collie-2b')).status).toBe(200);
  });
});

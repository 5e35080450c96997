import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DroverProcess, startDrover } from '../support/drover-process.js';
import { freePort } from '../support/process-rig.js';

const FAKE_SERVER = join(import.meta.dirname, '../support/fake-server.mjs');

let folder: string;
let drover: DroverProcess;
let url: URL;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drover-overview-'));
  const cmd = `${process.execPath} ${FAKE_SERVER} --port \${PORT}`;
  const config = { startPort: await freePort(), models: { a: { cmd }, b: { cmd } } };
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
  drover = startDrover(['-config', 'config.yaml', '-listen', '127.0.0.1:0'], { cwd: folder });
  url = await drover.listening();
  await fetch(new URL('/api/models/load/a', url), { method: 'POST' });
});

afterAll(async () => {
  await drover[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function get(path: string): Promise<unknown> {
  const answer = await fetch(new URL(path, url));
  return answer.json();
}

/** The schema that the API description has for a route's answer. */
async function schemaOf(path: string): Promise<object> {
  const { paths } = (await get('/api/openapi.json')) as {
    paths: Record<string, { get: { responses: { 200: { content: Record<string, object> } } } }>;
  };
  const media = paths[path]!.get.responses[200].content['application/json'];
  return (media as { schema: object }).schema;
}

describe('the overview', () => {
  it('tells each model with its process, and null where nothing is known', async () => {
    expect(await get('/api/v1/models')).toMatchObject({
      models: [
        {
          id: 'a',
          state: 'ready',
          inFlight: 0,
          waiting: 0,
          loadMs: expect.any(Number),
          upstream: expect.stringContaining('http://'),
          readyAt: expect.stringMatching(/^\d{4}-.*Z$/),
          process: { pid: expect.any(Number) },
        },
        { id: 'b', state: 'stopped', loadMs: null, upstream: null, readyAt: null, process: null },
      ],
    });
  });

  it('tells an empty queue', async () => {
    expect(await get('/api/v1/queue')).toEqual({ waiting: [], swaps: [] });
  });

  it.each(['/api/v1/models', '/api/v1/queue'])('%s is as it is described', async (path) => {
    const validate = new Ajv2020({
      strict: true,
      allowUnionTypes: true,
      formats: { 'date-time': true },
    });
    const check = validate.compile(await schemaOf(path));
    check(await get(path));
    expect(check.errors ?? []).toEqual([]);
  });
});

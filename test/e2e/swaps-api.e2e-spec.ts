import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DroverProcess, startDrover } from '../support/drover-process.js';
import { freePort } from '../support/process-rig.js';

const FAKE_SERVER = join(import.meta.dirname, '../support/fake-server.mjs');

let folder: string;
let drover: DroverProcess;
let url: URL;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drover-swaps-'));
  const start = await freePort();
  const cmd = `${process.execPath} ${FAKE_SERVER} --port \${PORT}`;
  const model = { cmd };
  const models = { a: model, b: { ...model, aliases: ['bee'] } };
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify({ startPort: start, models }));
  drover = startDrover(['-config', 'config.yaml', '-listen', '127.0.0.1:0'], { cwd: folder });
  url = await drover.listening();
});

afterAll(async () => {
  await drover[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function post(path: string, body: unknown): Promise<Response> {
  return fetch(new URL(path, url), { method: 'POST', body: JSON.stringify(body) });
}

describe('why and what if over HTTP', () => {
  it('answers what would be evicted, for the present and for an imagined situation', async () => {
    const now = await post('/api/v1/plan', { request: 'bee' });
    expect(await now.json()).toMatchObject({ request: 'b', evict: [] });
    const imagined = await post('/api/v1/plan', { request: 'bee', running: ['a'] });
    expect(await imagined.json()).toMatchObject({ request: 'b', evict: ['a'] });
  });

  it.each([
    [{ request: 'ghost' }, 404],
    [{ request: 'a', running: ['ghost'] }, 404],
    [{ request: 1 }, 400],
    [{ request: 'a', running: 'b' }, 400],
    ['text', 400],
  ])('refuses %j', async (body, status) => {
    const response = await post('/api/v1/plan', body);
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('error.message');
  });

  it('keeps a record of each swap, newest first', async () => {
    for (const model of ['a', 'b']) await post(`/api/models/load/${model}`, {});
    const answer = await fetch(new URL('/api/v1/swaps', url));
    const { swaps, waiting } = (await answer.json()) as { swaps: object[]; waiting: object[] };
    expect(waiting).toEqual([]);
    expect(swaps).toMatchObject([
      { target: 'b', evicted: ['a'], outcome: 'ready', running: [{ model: 'a' }] },
      { target: 'a', evicted: [], outcome: 'ready', error: null },
    ]);
  });
});

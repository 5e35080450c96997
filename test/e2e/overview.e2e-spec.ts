import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryView } from '../../src/memory/memory.controller.js';
import { DroverProcess, startDrover } from '../support/drover-process.js';
import { freePort } from '../support/process-rig.js';

const FAKE_SERVER = join(import.meta.dirname, '../support/fake-server.mjs');

let folder: string;
let drover: DroverProcess;
let url: URL;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drover-overview-'));
  const cmd = `${process.execPath} ${FAKE_SERVER} --port \${PORT}`;
  const config = { startPort: await freePort(), models: { a: { cmd, ttl: 600 }, b: { cmd } } };
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

  it('counts the idle time of a model down, and nothing for one without an end', async () => {
    const { models } = (await get('/api/v1/models')) as { models: Record<string, unknown>[] };
    expect(models[0]).toMatchObject({ ttlMs: 600_000, load: null });
    expect(models[0]!['unloadInMs']).toBeGreaterThan(0);
    expect(models[0]!['unloadInMs']).toBeLessThanOrEqual(600_000);
    expect(models[1]).toMatchObject({ ttlMs: null, unloadInMs: null, unloadAt: null, load: null });
  });

  it.runIf(process.platform === 'linux')('tells what a running model holds', async () => {
    let map = (await get('/api/v1/memory')) as MemoryView;
    while (map.devices.length === 0) map = (await get('/api/v1/memory')) as MemoryView;
    const [a, b] = map.models;
    expect(a).toMatchObject({ model: 'a', state: 'ready', need: null });
    expect(a!.residentBytes).toBeGreaterThan(10 * 1024 * 1024);
    expect(a!.processes).toBeGreaterThanOrEqual(1);
    expect(b).toMatchObject({ model: 'b', state: 'stopped', processes: null, residentBytes: null });
    const system = map.devices.find(({ device }) => device === 'system')!;
    expect(system.models).toEqual([
      { model: 'a', bytes: a!.ownBytes, source: 'system', isEstimate: false },
    ]);
    const held = system.models[0]!.bytes + system.otherBytes! + system.freeBytes!;
    expect(held).toBe(system.totalBytes);
  });

  it('tells an empty queue', async () => {
    expect(await get('/api/v1/queue')).toEqual({ waiting: [], swaps: [] });
  });
});

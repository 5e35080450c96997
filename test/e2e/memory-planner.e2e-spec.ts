import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DroverProcess, startDrover } from '../support/drover-process.js';
import { freePort } from '../support/process-rig.js';

const FAKE_SERVER = join(import.meta.dirname, '../support/fake-server.mjs');

/** A GPU of 24 GiB whose used memory stands in a file; tells no memory of processes. */
const NVIDIA_SMI = `#!/bin/sh
row() { echo "0, Test GPU, GPU-1, 50, 10, $(cat "$FAKE_USED"), 24576, 30, 70, 40, 300, 1500, 6000, 00000000:01:00.0"; }
case "$*" in
  *compute-apps*) exec sleep 600;;
  *--loop*) while row; do sleep 0.1; done;;
  *) row;;
esac
`;

let folder: string;
let drover: DroverProcess;
let url: URL;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drover-memory-'));
  writeFileSync(join(folder, 'nvidia-smi'), NVIDIA_SMI);
  chmodSync(join(folder, 'nvidia-smi'), 0o755);
  use(0);
  const model = { cmd: `${process.execPath} ${FAKE_SERVER} --port \${PORT} --load-ms 1500` };
  const config = {
    startPort: await freePort(),
    performance: { every: '5s' },
    routing: { router: { use: 'memory' } },
    models: { a: model, b: model, c: { ...model, memory: '10GiB' } },
  };
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
  drover = startDrover(['-config', 'config.yaml', '-listen', '127.0.0.1:0'], {
    cwd: folder,
    env: {
      PATH: `${folder}${delimiter}${process.env['PATH']}`,
      FAKE_USED: join(folder, 'used'),
    },
  });
  url = await drover.listening();
});

afterAll(async () => {
  await drover[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Used memory of the fake GPU in MiB. */
function use(mebibytes: number): void {
  writeFileSync(join(folder, 'used'), String(mebibytes));
}

async function get(path: string): Promise<unknown> {
  return (await fetch(new URL(path, url))).json();
}

async function running(): Promise<{ model: string; state: string }[]> {
  return ((await get('/running')) as { running: { model: string; state: string }[] }).running;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(50);
}

async function isSampled(): Promise<boolean> {
  return JSON.stringify(await get('/api/performance')).includes('Test GPU');
}

/** Asks what would stop for a model if this one were running. */
async function stopsFor(request: string, beside: string): Promise<string[]> {
  const body = JSON.stringify({ request, running: [beside] });
  const answer = await fetch(new URL('/api/v1/plan', url), { method: 'POST', body });
  return ((await answer.json()) as { evict: string[] }).evict;
}

/** Loads a model that makes the used memory rise to so much, after the victim has freed all. */
async function load(model: string, usedAfter: number, victim?: string): Promise<void> {
  const done = fetch(new URL(`/api/models/load/${model}`, url), { method: 'POST' });
  if (victim !== undefined) {
    await until(async () => (await running()).every((each) => each.model !== victim));
    use(0);
  }
  await until(async () => (await running()).some((each) => each.model === model));
  await pause(300);
  use(usedAfter);
  expect((await done).status).toBe(200);
}

describe('the memory planner', () => {
  it('learns what models need and then lets those run together that fit', async () => {
    await until(isSampled);
    expect(await stopsFor('b', 'a')).toEqual(['a']);
    await load('a', 8192);
    // The need of b is unknown yet: it has to run alone, and a stops for it.
    await load('b', 9216, 'a');
    await until(async () => (await stopsFor('a', 'b')).length === 0);
    await load('a', 8192 + 9216);
    expect((await running()).map(({ model, state }) => [model, state])).toEqual([
      ['a', 'ready'],
      ['b', 'ready'],
    ]);
    expect(await stopsFor('c', 'a')).toEqual([]);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDrover } from '../support/drover-process.js';
import { freePort } from '../support/process-rig.js';

const FAKE_SERVER = join(import.meta.dirname, '../support/fake-server.mjs');

let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drover-learning-'));
  const config = {
    startPort: await freePort(),
    store: { path: join(folder, 'activity.db') },
    models: { a: { cmd: `${process.execPath} ${FAKE_SERVER} --port \${PORT}` } },
  };
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Kept {
  readonly models: Record<string, { loadMs: number; stopMs: number | null; serviceMs: number }>;
}

/** Serves one request and ends. */
async function runOnce(): Promise<Kept> {
  await using drover = startDrover(['-config', 'config.yaml', '-listen', '127.0.0.1:0'], {
    cwd: folder,
  });
  const url = await drover.listening();
  const body = JSON.stringify({ model: 'a', messages: [] });
  const headers = { 'Content-Type': 'application/json' };
  await fetch(new URL('/v1/chat/completions', url), { method: 'POST', body, headers });
  drover.signal('SIGTERM');
  expect((await drover.end()).code).toBe(0);
  return JSON.parse(readFileSync(join(folder, 'activity.db.learned.json'), 'utf8')) as Kept;
}

describe('what was learned', () => {
  it('is kept beside the store across restarts', async () => {
    const first = await runOnce();
    expect(first.models['a']!.loadMs).toBeGreaterThan(0);
    expect(first.models['a']!.serviceMs).toBeGreaterThan(0);
    writeFileSync(
      join(folder, 'activity.db.learned.json'),
      JSON.stringify({ version: 1, models: { a: { ...first.models['a'], loadMs: 1e9 } } }),
    );
    const second = await runOnce();
    expect(second.models['a']!.loadMs).toBeGreaterThan(1e8);
  });
});

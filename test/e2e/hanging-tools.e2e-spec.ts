import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DroverFolder, chat, until } from '../support/drover-folder.js';
import { FakeTools } from '../support/fake-tools.js';
import { isAlive } from '../support/process-tree.js';

const ROW = '0, NVIDIA L4, GPU-3f6a1c52-8d0e-4b77-9a51-c2d4e6f80913, 54, 8, 1, 2, 3, 70.5';

/** A tool of which nothing is heard any more, that writes nothing and ends by no request. */
const HANG = 'trap "" HUP INT TERM; sleep 300';

let tools: FakeTools;
let folder: DroverFolder;

beforeEach(() => {
  tools = new FakeTools();
  folder = new DroverFolder();
  folder.configure('performance: {every: 5s}', 'models:', folder.model('a'));
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
  tools[Symbol.dispose]();
});

/** Process ids of the runs so far of the tool that hangs, oldest first. */
function runs(): readonly number[] {
  const path = join(tools.folder, 'pids');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map(Number) : [];
}

const NOTE = 'echo $$ >> "$(dirname "$0")/pids"';

/** nvidia-smi hangs whatever it is asked. */
function hangAlways(): void {
  tools.add('nvidia-smi', `${NOTE}\n${HANG}`);
}

/** nvidia-smi answers the first question, then both its loops hang. */
function hangInLoop(): void {
  tools.add('nvidia-smi', `case "$*" in *--loop*) ${NOTE}; ${HANG};; esac\necho "${ROW}"`);
}

const PATHS = ['/health', '/v1/models', '/running', '/api/performance', '/metrics'];

/** Statuses of everything that is asked while one and the same run of the tool hangs. */
async function statusesWhileHanging(base: URL): Promise<readonly number[]> {
  await until(() => runs().some(isAlive));
  const hanging = runs().filter(isAlive);
  const answers = await Promise.all(PATHS.map((path) => fetch(new URL(path, base))));
  answers.push(await chat(base, 'a'));
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  if (!hanging.some(isAlive)) return await statusesWhileHanging(base);
  return answers.map(({ status }) => status);
}

const ALL_GOOD = Array(PATHS.length + 1).fill(200);

describe('a tool of a probe that hangs', () => {
  it.each([
    ['from the start', hangAlways],
    ['in its loop', hangInLoop],
  ])('%s delays neither the start nor a request', async (_, hang) => {
    hang();
    const base = await folder.start([], { env: tools.env }).listening();
    expect(await statusesWhileHanging(base)).toEqual(ALL_GOOD);
  });

  it('delays no reload, and is ended when the interval changes', async () => {
    hangInLoop();
    const drover = folder.start([], { env: tools.env });
    const base = await drover.listening();
    await until(() => runs().length >= 2);
    const before = runs();
    folder.configure('performance: {every: 6s}', 'models:', folder.model('a'));
    const reload = await fetch(new URL('/api/config/reload', base), { method: 'POST' });
    expect(reload.status).toBe(200);
    expect(await statusesWhileHanging(base)).toEqual(ALL_GOOD);
    await until(() => !before.some(isAlive) && runs().length > before.length);
  });

  it('is ended, with what it has started, when sampling is switched off', async () => {
    hangInLoop();
    const drover = folder.start([], { env: tools.env });
    const base = await drover.listening();
    await until(() => runs().length >= 2);
    folder.configure('performance: {disabled: true}', 'models:', folder.model('a'));
    await fetch(new URL('/api/config/reload', base), { method: 'POST' });
    await until(() => !runs().some(isAlive));
    expect((await chat(base, 'a')).status).toBe(200);
  });

  it.each([
    ['before it has answered', hangAlways],
    ['in its loop', hangInLoop],
  ])('%s does not outlive an orderly end', async (_, hang) => {
    hang();
    const drover = folder.start([], { env: tools.env });
    await drover.listening();
    await until(() => runs().some(isAlive));
    drover.signal('SIGTERM');
    expect(await drover.end()).toMatchObject({ code: 0, signal: null });
    expect(runs().filter(isAlive)).toEqual([]);
  });

  it.each(['auto', 'watchdog'])('does not outlive kill -9 (%s)', async (guard) => {
    hangInLoop();
    const drover = folder.start([], { env: { ...tools.env, DROVER_ORPHAN_GUARD: guard } });
    await drover.listening();
    await until(() => runs().filter(isAlive).length >= 2);
    drover.signal('SIGKILL');
    expect(await drover.end()).toMatchObject({ signal: 'SIGKILL' });
    await until(() => !runs().some(isAlive));
  });
});

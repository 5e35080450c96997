import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { chat, DroverFolder, endOf } from '../support/drover-folder.js';
import { DroverProcess } from '../support/drover-process.js';

const REQUESTS = 12;
const STORE = 'drover.db';

/** Options of `unshare` for mounts that nobody else sees. */
const OWN_MOUNTS =
  process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--user', '--map-root-user'];

/** Runs a program behind these lines of shell, with mounts of its own. */
function mounting(script: string): string[] {
  return ['unshare', ...OWN_MOUNTS, 'sh', '-c', `${script} && exec "$@"`, 'sh'];
}

/** Gives a program a disk of its own, 1 MiB, of which 600 KiB are taken, in the folder `disk`. */
const ON_SMALL_DISK = mounting(
  'mount -t tmpfs -o size=1m none disk && head -c 600k /dev/zero > disk/filler',
);

/** Shows a program its folder as one that cannot be written. */
const READ_ONLY = mounting('mount --bind . . && mount -o remount,ro,bind . && cd "$PWD"');

const canMount =
  spawnSync('unshare', [...OWN_MOUNTS, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

async function page(base: URL, path: string): Promise<string> {
  return await (await fetch(new URL(path, base))).text();
}

/** Drover's own figures about the activity log. */
async function figure(base: URL, name: string): Promise<number> {
  const line = new RegExp(`^drover_activity_${name} (\\d+)$`, 'm').exec(
    await page(base, '/metrics'),
  );
  return Number(line?.[1]);
}

/** Asks for answers until `count` of them have come whole. */
async function serve(base: URL, count = REQUESTS): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    const answer = await chat(base, 'a');
    expect([answer.status, (await answer.text()).length > 0]).toEqual([200, true]);
  }
}

function rowsIn(path: string): number {
  const store = new DatabaseSync(path, { readOnly: true });
  const { n } = store.prepare('SELECT count(*) AS n FROM activity').get() as { n: number };
  expect(store.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  store.close();
  return n;
}

/** A configuration whose activity log is in a file that already has rows of an earlier run. */
async function withRows(folder: DroverFolder, store = STORE): Promise<void> {
  folder.configure(`store: {path: ${store}}`, 'models:', folder.model('a'));
  const drover = folder.start();
  await serve(await drover.listening());
  expect((await endOf(drover, 'SIGTERM')).ending.code).toBe(0);
}

/** What everybody may see of a log that is not kept as it should be. */
async function expectTrouble(base: URL): Promise<void> {
  expect(await page(base, '/readyz')).toBe(
    'degraded\nactivityLog: the activity log cannot be written\n',
  );
  expect(await figure(base, 'log_up')).toBe(0);
}

async function endWell(drover: DroverProcess): Promise<string> {
  const { ending } = await endOf(drover, 'SIGTERM');
  expect(ending.code).toBe(0);
  return ending.stdout;
}

describe('an activity log that cannot be read', () => {
  it.each([
    ['a text', (path: string) => writeFileSync(path, 'somebody may want this back\n'.repeat(500))],
    ['a store cut in the middle', (path: string) => writeFileSync(path, halfOf(path))],
    ['a store with broken pages', (path: string) => writeFileSync(path, withBrokenPages(path))],
    ['a store of a newer program', (path: string) => setVersion(path, 999)],
  ])('stops no request, and is left as it is: %s', async (_what, spoil) => {
    await using folder = new DroverFolder();
    await withRows(folder);
    const path = join(folder.path, STORE);
    spoil(path);
    const before = readFileSync(path);
    const drover = folder.start();
    const base = await drover.listening();
    await serve(base);
    await expectTrouble(base);
    const { data } = JSON.parse(await page(base, '/api/metrics/activity')) as { data: unknown[] };
    expect(data).toHaveLength(REQUESTS);
    expect(await endWell(drover)).toMatch(/cannot open store\.path drover\.db: .*kept in memory/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.runIf(canMount)('refuses the start, and names the file, when it is read-only', async () => {
    await using folder = new DroverFolder();
    await withRows(folder);
    const { code, stderr } = await folder.start([], { launcher: READ_ONLY }).end();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /config\.yaml:2:\d+ store\.path: the file \S+drover\.db is not writable/,
    );
  });
});

describe('an activity log that cannot be written', () => {
  it('serves on when the disk fails, and loses nothing when it is well again', async () => {
    await using folder = new DroverFolder();
    await withRows(folder);
    const before = readFileSync(join(folder.path, STORE)).length;
    // No file may grow beyond this: the kernel refuses what is written behind it.
    const limit = `--fsize=${before}:unlimited`;
    const drover = folder.start([], { launcher: ['prlimit', limit] });
    const base = await drover.listening();
    while ((await figure(base, 'write_errors_total')) === 0) await serve(base, 20);
    const served = await served200(base);
    await expectTrouble(base);
    execFileSync('prlimit', [`--pid=${drover.child.pid}`, '--fsize=unlimited:unlimited']);
    await drover.match(/the activity log can be written again/);
    expect(await page(base, '/readyz')).toBe('ok\n');
    expect(await figure(base, 'lost_rows_total')).toBe(0);
    await endWell(drover);
    expect(rowsIn(join(folder.path, STORE))).toBe(REQUESTS + served);
  });

  it.runIf(canMount)('serves on when the disk is full, and loses nothing', async () => {
    await using folder = new DroverFolder();
    execFileSync('mkdir', [join(folder.path, 'disk')]);
    folder.configure('store: {path: disk/drover.db}', 'models:', folder.model('a'));
    const drover = folder.start([], { launcher: ON_SMALL_DISK });
    const base = await drover.listening();
    const disk = `/proc/${drover.child.pid}/root${folder.path}/disk`;
    while ((await figure(base, 'write_errors_total')) === 0) await serve(base, 50);
    await drover.match(/cannot be written: .*full/);
    const served = await served200(base);
    await expectTrouble(base);
    rmSync(join(disk, 'filler'));
    await drover.match(/the activity log can be written again/);
    expect(await figure(base, 'lost_rows_total')).toBe(0);
    const { total } = JSON.parse(await page(base, '/api/metrics/activity')) as { total: number };
    expect(total).toBe(served);
    await endWell(drover);
  });
});

/** Whole answers so far by Drover's own count. */
async function served200(base: URL): Promise<number> {
  const line = /^drover_model_requests_total\{[^}]*model="a"[^}]*\} (\d+)$/m.exec(
    await page(base, '/metrics'),
  );
  return Number(line?.[1]);
}

function halfOf(path: string): Buffer {
  const content = readFileSync(path);
  return content.subarray(0, Math.floor(content.length / 2));
}

/** The first page, which says what is where, is whole; all others are noise. */
function withBrokenPages(path: string): Buffer {
  const content = readFileSync(path);
  return content.fill(0xa5, content.readUInt16BE(16));
}

function setVersion(path: string, version: number): void {
  const store = new DatabaseSync(path);
  store.exec(`PRAGMA user_version = ${version}`);
  store.close();
}

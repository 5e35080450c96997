import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DroverProcess } from '../support/drover-process.js';
import { freePort } from '../support/process-rig.js';

const ROOT = resolve(import.meta.dirname, '../..');
const FAKE_SERVER = join(import.meta.dirname, '../support/fake-server.mjs');

/** A folder outside the repository in which both packages are installed as from a registry. */
let folder: string;
let main: string;

/** Packs a package and returns the name of the tarball in the folder. */
function pack(from: string): string {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const listing = execFileSync('npm', args, { cwd: from, encoding: 'utf8', stdio: 'pipe' });
  return (JSON.parse(listing) as [{ filename: string }])[0].filename;
}

function run(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
}

function configure(planner: object): void {
  const model = { cmd: `${process.execPath} ${FAKE_SERVER} --port \${PORT}` };
  const config = {
    startPort: startPort,
    plugins: ['drover-planner-hello'],
    routing: { router: { use: 'hello', settings: { hello: planner } } },
    models: { a: model, b: model, c: model },
  };
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
}

/**
 * Asks until the planner has answered in time. On a busy machine its thread may be too late; then its
 * last answer for the same situation holds.
 */
async function remembers(url: URL, request: string, ...running: string[]): Promise<void> {
  const body = JSON.stringify({ request, running });
  const choice = async () =>
    (await fetch(new URL('/api/v1/plan', url), { method: 'POST', body })).text();
  await expect.poll(choice).not.toContain('has not answered');
}

let startPort: number;

beforeAll(async () => {
  startPort = await freePort();
  folder = mkdtempSync(join(tmpdir(), 'drover-plugin-'));
  writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}');
  const hello = pack(join(ROOT, 'examples/planner-hello'));
  const flags = ['--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', '--no-save'];
  execFileSync('npm', ['install', ...flags, `./${hello}`], { cwd: folder, stdio: 'pipe' });
  // Drover's own dependencies come from the repository, so that the test needs no registry.
  const installed = join(folder, 'node_modules/drover');
  mkdirSync(installed, { recursive: true });
  const tarball = join(folder, pack(ROOT));
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'));
  main = join(installed, 'dist/src/main.js');
  configure({ most: 2 });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a planner from a package', () => {
  it('passes its own tests where it is installed', () => {
    const tests = join(folder, 'node_modules/drover-planner-hello/index.test.js');
    expect(run('--test', '--test-reporter=tap', tests)).toMatch(/^# fail 0$/m);
  });

  it('is listed with its version and file', () => {
    const list = run(main, 'plugins', '-config', 'config.yaml');
    expect(list).toMatch(
      /^planner +hello +drover-planner-hello 1\.0\.0 +.*planner-hello\/index\.js$/m,
    );
  });

  it('answers what would be evicted', () => {
    const question = ['-running', 'a,b', '-request', 'c'];
    const answer = run(main, 'plan', '-config', 'config.yaml', ...question);
    expect(answer).toContain('c while a, b run: stops a');
  });

  it('has its settings checked with the configuration', () => {
    configure({ most: 0 });
    expect(() => run(main, 'check', '-config', 'config.yaml')).toThrow(
      /config\.yaml:1:\d+ routing\.router\.settings\.hello\.most: most must be a whole number/,
    );
    configure({ most: 2 });
  });

  it('decides what stops in a running Drover', async () => {
    const args = [main, '-config', 'config.yaml', '-listen', '127.0.0.1:0'];
    await using drover = new DroverProcess(spawn(process.execPath, args, { cwd: folder }));
    const url = await drover.listening();
    await remembers(url, 'a');
    await remembers(url, 'b', 'a');
    await remembers(url, 'c', 'a', 'b');
    for (const model of ['a', 'b', 'c']) {
      await fetch(new URL(`/api/models/load/${model}`, url), { method: 'POST' });
    }
    const answer = await fetch(new URL('/running', url));
    const { running } = (await answer.json()) as { running: { model: string }[] };
    expect(running.map(({ model }) => model)).toEqual(['b', 'c']);
    drover.signal('SIGTERM');
    expect((await drover.end()).code).toBe(0);
  });
});

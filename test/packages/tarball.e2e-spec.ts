import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DroverProcess } from '../support/drover-process.js';
import { freePort } from '../support/free-port.js';

const ROOT = resolve(import.meta.dirname, '../..');

interface PackedFile {
  readonly path: string;
}

interface Packed {
  readonly filename: string;
  readonly files: readonly PackedFile[];
}

/** Runs npm with nothing of the development's own settings in the way. */
function npm(args: readonly string[], cwd: string): string {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  return execFileSync('npm', [...args, ...quiet], { cwd, encoding: 'utf8' });
}

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drover-package-'));
  const program = join(folder, 'node_modules/.bin/drover');
  let packed: Packed;

  beforeAll(() => {
    const report = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT);
    [packed] = JSON.parse(report) as [Packed];
    writeFileSync(join(folder, 'package.json'), '{"private": true}');
    npm(['install', '--prefer-offline', '--ignore-scripts', join(folder, packed.filename)], folder);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(...args: string[]): string {
    return execFileSync(program, args, { cwd: folder, encoding: 'utf8' });
  }

  it('holds what its users need, and no tests, sources or secrets', () => {
    const paths = packed.files.map(({ path }) => path);
    for (const needed of [
      'dist/src/main.js',
      'dist/build-info.json',
      'dist/ui/index.html',
      'config/drover.example.yaml',
      'config/drover.schema.json',
      'docs/gateways.md',
      'grafana/dashboards/operators.json',
      'man/drover.1',
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
    ]) {
      expect(paths).toContain(needed);
    }
    const stray = paths.filter((path) =>
      /(?:^|\/)(?:test|node_modules|\.git|\.ci)\/|\.spec\.|(?<!\.d)\.ts$|\.pem$|\.env/.test(path),
    );
    expect(stray).toEqual([]);
  });

  it('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(run('-version')).toMatch(
      new RegExp(`^version: ${version} \\([\\da-f]{8}\\), built at `),
    );
  });

  it('has its commands', () => {
    const installed = join(folder, 'node_modules/drover');
    expect(run('check', '-config', join(installed, 'config/minimal.yaml'))).toMatch(/good|model/);
    expect(run('plugins')).toContain('fair');
    expect(run('completion', 'bash')).toContain('complete ');
  });

  it('offers its API to plugins', () => {
    const script =
      "import { SwapPlanner } from 'drover/plugin-api'; console.log(typeof SwapPlanner)";
    writeFileSync(join(folder, 'plugin.mjs'), script);
    const output = execFileSync(process.execPath, ['plugin.mjs'], { cwd: folder });
    expect(output.toString().trim()).toBe('function');
  });

  it('serves a demo model and the web interface', async () => {
    const text = readFileSync(join(ROOT, 'config/quickstart.yaml'), 'utf8');
    const moved = text.replace('15800', String(await freePort()));
    writeFileSync(join(folder, 'quickstart.yaml'), moved);
    const args = ['-config', 'quickstart.yaml', '-listen', '127.0.0.1:0'];
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    await using drover = new DroverProcess(child);
    const base = await drover.listening();
    const answer = await fetch(new URL('/v1/chat/completions', base), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'demo-small',
        max_tokens: 5,
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ object: 'chat.completion' });
    const page = await (await fetch(new URL('/ui/', base))).text();
    const [, script] = /<script[^>]* src="(\S+?)"/.exec(page)!;
    expect((await fetch(new URL(script!, new URL('/ui/', base)))).status).toBe(200);
    expect((await fetch(new URL('/metrics', base))).status).toBe(200);
    drover.signal('SIGTERM');
    expect((await drover.end()).code).toBe(0);
  });
});

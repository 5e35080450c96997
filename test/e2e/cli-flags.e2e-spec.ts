import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DROVER_MAIN, runDrover } from '../support/drover-process.js';

const VERSION = /^version: \S+ \(\S+\), built at \S+\n$/;
const NO_CONFIG = /level=ERROR msg=".*-config.*-config-dir/;
const TLS = /level=ERROR msg=".*-tls-cert-file and -tls-key-file/;

interface ExitCase {
  readonly args: readonly string[];
  readonly code: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
}

const cases: readonly ExitCase[] = [
  { args: ['-version'], code: 0, stdout: VERSION },
  { args: ['--version'], code: 0, stdout: VERSION },
  { args: ['-version', '-tls-cert-file', 'x'], code: 0, stdout: VERSION },
  { args: ['-config', 'absent.yaml', '-version=true', 'word'], code: 0, stdout: VERSION },
  { args: ['-version=false'], code: 1, stderr: NO_CONFIG },
  { args: [], code: 1, stderr: NO_CONFIG },
  { args: ['-config='], code: 1, stderr: NO_CONFIG },
  { args: ['-tls-cert-file', 'c', '-config', 'x'], code: 1, stderr: TLS },
  { args: ['-tls-key-file', 'k', '-config', 'x'], code: 1, stderr: TLS },
  { args: ['-h'], code: 0, stderr: /^Usage of drover:\n/ },
  { args: ['-help'], code: 0, stderr: /-config-dir path/ },
  { args: ['--help'], code: 0, stderr: /-watch-config/ },
  { args: ['---config', 'x'], code: 2, stderr: /^bad flag syntax: ---config\nUsage of drover/ },
  { args: ['-c', 'x'], code: 2, stderr: /not defined: -c\nUsage of drover/ },
  { args: ['-v'], code: 2, stderr: /not defined: -v\n/ },
  { args: ['-version', '-nope'], code: 2, stderr: /not defined: -nope\n/ },
  { args: ['-config'], code: 2, stderr: /flag needs an argument: -config\n/ },
  { args: ['-watch-config=maybe'], code: 2, stderr: /invalid boolean value "maybe"/ },
  { args: ['-watch-config', 'false', '-config', 'x'], code: 1, stderr: /-watch-config|ignored/ },
  { args: ['help'], code: 0, stdout: /^Usage of drover:[^]*Commands/ },
];

describe('command line', () => {
  it('is a program, which a container image starts by its name', () => {
    expect(() => accessSync(DROVER_MAIN, constants.X_OK)).not.toThrow();
  });

  it.each(cases)('$args ends with $code', async ({ args, code, stdout = /^$/, stderr = /^$/ }) => {
    const ending = await runDrover(args);
    expect(ending).toMatchObject({ code, signal: null });
    expect(ending.stdout).toMatch(stdout);
    expect(ending.stderr).toMatch(stderr);
  });
});

describe('start-up failure', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'drover-cli-'));
    writeFileSync(join(folder, 'bad.yaml'), 'models:\n  m:\n    cmd: "run"\n');
    writeFileSync(join(folder, 'empty.yaml'), 'models: {}\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('names both paths and the problem of a configuration that cannot be used', async () => {
    const ending = await runDrover(['-config', 'bad.yaml', '-config-dir', 'absent'], {
      cwd: folder,
    });
    expect(ending.code).toBe(1);
    expect(ending.stderr).toMatch(/level=ERROR .*bad\.yaml.*absent/);
  });

  it('validates without starting anything', async () => {
    const good = await runDrover(['-validate', '-config', 'empty.yaml'], { cwd: folder });
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toMatch(/^configuration is good/);
    const bad = await runDrover(['-validate', '-config', 'bad.yaml'], { cwd: folder });
    expect(bad).toMatchObject({ code: 1, stdout: '' });
    expect(bad.stderr).toMatch(/^bad\.yaml:\d+:\d+ models\.m/);
    const absent = await runDrover(['-validate', '-models', 'absent'], { cwd: folder });
    expect(absent.code).toBe(1);
    expect(absent.stderr).toMatch(/level=ERROR .*absent|llama-server/);
  });

  it.each([
    ['localhost', /missing port/],
    ['256.256.256.256:1', /256\.256\.256\.256:1/],
    ['127.0.0.1:65536', /port 65536/],
  ])('says what is wrong with -listen %s', async (listen, message) => {
    const ending = await runDrover(['-config', 'empty.yaml', '-listen', listen], { cwd: folder });
    expect(ending.code).toBe(1);
    expect(ending.stderr).toMatch(message);
  });
});

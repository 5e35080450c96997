import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const MAN_PAGE = join(ROOT, 'man/drover.1');

/** Whether this machine has a program. */
const has = (program: string): boolean => !spawnSync(program, ['--version']).error;

/** Everything that a program has to say, and its status. */
function run(program: string, args: readonly string[]): readonly [status: number, said: string] {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return [status ?? -1, stdout + stderr];
}

describe('the manual page', () => {
  it.runIf(has('groff'))('gives groff nothing to warn of', () => {
    expect(run('groff', ['-man', '-Tutf8', '-ww', '-z', MAN_PAGE])).toEqual([0, '']);
  });

  it.runIf(has('mandoc'))('gives mandoc nothing to warn of', () => {
    expect(run('mandoc', ['-T', 'lint', '-W', 'warning', MAN_PAGE])).toEqual([0, '']);
  });

  it.runIf(has('man'))('is shown by man with its first and last section', () => {
    const [status, text] = run('man', ['--no-hyphenation', '-l', MAN_PAGE]);
    expect(status).toBe(0);
    for (const section of ['NAME', 'SYNOPSIS']) expect(text).toContain(section);
  });
});

describe.runIf(has('systemd-analyze'))('the systemd unit', () => {
  let folder: string;
  let unit: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'drover-unit-'));
    unit = join(folder, 'drover.service');
    const text = readFileSync(join(ROOT, 'deploy/systemd/drover.service'), 'utf8');
    // The program is not installed here, and neither is its manual page.
    const here = text
      .replaceAll('/usr/local/bin/drover', process.execPath)
      .replace(/^Documentation=.*$/m, '');
    writeFileSync(unit, here);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('is understood by systemd, every line of it', () => {
    const args = ['verify', '--man=no', '--recursive-errors=no', unit];
    expect(run('systemd-analyze', args)).toEqual([0, '']);
  });

  it('exposes little by the measure of systemd', () => {
    const [status, text] = run('systemd-analyze', [
      'security',
      '--offline=yes',
      '--threshold=30',
      unit,
    ]);
    expect([status, /Overall exposure level for drover\.service: (\S+)/.exec(text)?.[0]]).toEqual([
      0,
      expect.any(String),
    ]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBuildInfo, versionLine } from './version.js';

describe('version', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'drover-version-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('names a stamped build', () => {
    const file = join(folder, 'build-info.json');
    const stamp = { version: '1.2.3', commit: '0123abcd', date: '2026-03-04T05:06:07Z' };
    writeFileSync(file, JSON.stringify(stamp));
    expect(versionLine(readBuildInfo(file))).toBe(
      'version: 1.2.3 (0123abcd), built at 2026-03-04T05:06:07Z',
    );
  });

  it.each([['absent'], ['damaged']])('says what an unstamped build is called (%s)', (kind) => {
    const file = join(folder, 'build-info.json');
    if (kind === 'damaged') writeFileSync(file, '{');
    expect(versionLine(readBuildInfo(file))).toBe('version: 0 (abcd1234), built at unknown');
  });
});

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RuntimeDirectory } from './runtime-directory.js';

describe('RuntimeDirectory', () => {
  let base: string;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'drover-run-'));
  });

  afterEach(() => rmSync(base, { recursive: true, force: true }));

  it('makes a private folder under XDG_RUNTIME_DIR', () => {
    const path = new RuntimeDirectory({ XDG_RUNTIME_DIR: base }).ensure();
    expect(path).toBe(join(base, 'drover'));
    expect(statSync(path!).mode & 0o777).toBe(0o700);
    expect(new RuntimeDirectory({ XDG_RUNTIME_DIR: base }).ensure()).toBe(path);
  });

  it('falls back to a folder of the user among the temporary files', () => {
    expect(new RuntimeDirectory({}).path).toBe(join(tmpdir(), `drover-${process.getuid?.()}`));
  });

  it('does not use a folder that others may write to', () => {
    mkdirSync(join(base, 'drover'));
    chmodSync(join(base, 'drover'), 0o777);
    expect(new RuntimeDirectory({ XDG_RUNTIME_DIR: base }).ensure()).toBeNull();
  });

  it('does not follow a link', () => {
    mkdirSync(join(base, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(base, 'elsewhere'), join(base, 'drover'));
    expect(new RuntimeDirectory({ XDG_RUNTIME_DIR: base }).ensure()).toBeNull();
  });

  it('says so when there is no place for it', () => {
    expect(new RuntimeDirectory({ XDG_RUNTIME_DIR: '/dev/null' }).ensure()).toBeNull();
    expect(existsSync('/dev/null/drover')).toBe(false);
  });
});

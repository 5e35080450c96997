import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../load/load-config.js';
import { lookAtConfigFiles } from './look-at-files.js';

describe('lookAtConfigFiles', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'drover-look-'));
    mkdirSync(join(cwd, 'd'));
    write('c.yaml', 'globalTTL: 1');
    write('d/a.yaml', 'models: {}');
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  function write(name: string, text: string): void {
    writeFileSync(join(cwd, name), text);
  }
  const look = () => lookAtConfigFiles({ configPath: 'c.yaml', configDir: 'd', cwd });

  it('gives the fingerprint that loading gives', async () => {
    const options = {
      configPath: 'c.yaml',
      configDir: 'd',
      cwd,
      env: {},
      platform: 'linux',
    } as const;
    expect(await look()).toBe(loadConfig(options).fingerprint);
    symlinkSync('nowhere', join(cwd, 'd/.#a.yaml'));
    expect(await look()).toBe(loadConfig(options).fingerprint);
  });

  it('sees contents, not times', async () => {
    const before = await look();
    utimesSync(join(cwd, 'c.yaml'), 1, 1);
    write('d/notes.txt', 'nothing');
    expect(await look()).toBe(before);
    write('c.yaml', 'globalTTL: 2');
    expect(await look()).not.toBe(before);
  });

  it('sees fragments come and go', async () => {
    const before = await look();
    write('d/b.yml', '');
    const with2 = await look();
    expect(with2).not.toBe(before);
    unlinkSync(join(cwd, 'd/b.yml'));
    unlinkSync(join(cwd, 'd/a.yaml'));
    expect(await look()).not.toBe(before);
  });

  it('sees a link that leads elsewhere', async () => {
    write('one', 'globalTTL: 1');
    write('two', 'globalTTL: 2');
    symlinkSync('one', join(cwd, 'link.yaml'));
    const atLink = () => lookAtConfigFiles({ configPath: 'link.yaml', cwd });
    const before = await atLink();
    unlinkSync(join(cwd, 'link.yaml'));
    symlinkSync('two', join(cwd, 'link.yaml'));
    expect(await atLink()).not.toBe(before);
  });

  it('gives null when the file or the directory is gone', async () => {
    expect(await lookAtConfigFiles({ configPath: 'none.yaml', cwd })).toBeNull();
    expect(await lookAtConfigFiles({ configDir: 'none', cwd })).toBeNull();
  });
});

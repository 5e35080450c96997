import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DroverFolder } from '../support/drover-folder.js';
import { runDrover } from '../support/drover-process.js';

const FIXTURES = join(import.meta.dirname, '../fixtures/config');
const ROOT = join(import.meta.dirname, '../..');

describe('drover check', () => {
  it('prints the comparable form of several files merged', async () => {
    const args = [
      'check',
      '-config',
      'ok-merge-basic.yaml',
      '-config-dir',
      'ok-merge-basic.d',
      '--json',
    ];
    const { code, stdout, stderr } = await runDrover(args, { cwd: FIXTURES });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      modelIds: ['alpha', 'base', 'beta'],
      global: { globalTTL: 60 },
      scheduler: 'fifo',
    });
  });

  it('refuses a matrix with a circle, with its place', async () => {
    const args = ['check', '-config', 'bad-matrix-ref-cycle.yaml'];
    const { code, stdout, stderr } = await runDrover(args, { cwd: FIXTURES });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^bad-matrix-ref-cycle\.yaml:3:\d+ matrix\.sets\.\w+: .*circular/);
  });

  it('refuses settings of the scheduler that make no sense, with their places', async () => {
    await using folder = new DroverFolder();
    folder.configure('models: {}', 'routing:', '  scheduler:', '    settings:', '      fair:');
    const file = join(folder.path, 'config.yaml');
    appendFileSync(file, '        maxWait: soon\n        hold: -1\n');
    const { code, stderr } = await runDrover(['check', '-config', file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /config\.yaml:7:18 routing\.scheduler\.settings\.fair\.maxWait: .*"soon"/,
    );
    expect(stderr).toMatch(/config\.yaml:8:15 routing\.scheduler\.settings\.fair\.hold: .*-1/);
  });

  it('is content with the example', async () => {
    const args = ['check', '-config', 'config/drover.example.yaml'];
    const { code, stderr } = await runDrover(args, { cwd: ROOT });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

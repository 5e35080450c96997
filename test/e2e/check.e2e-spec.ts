import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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

  it('is content with the example', async () => {
    const args = ['check', '-config', 'config/drover.example.yaml'];
    const { code, stderr } = await runDrover(args, { cwd: ROOT });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

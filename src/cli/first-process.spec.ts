import { describe, expect, it } from 'vitest';
import { initArguments, ThisProcess } from './first-process.js';

const first: ThisProcess = {
  pid: 1,
  platform: 'linux',
  execPath: '/bin/node',
  execArgv: ['--trace-gc'],
  argv: ['/bin/node', '/drover/main.js', '-config', 'a b.yaml'],
};

describe('initArguments', () => {
  it('start the same program once more, with the same options and arguments', () => {
    expect(initArguments(first)!.slice(3)).toEqual([
      'drover-init',
      '/bin/node',
      '--trace-gc',
      '/drover/main.js',
      '-config',
      'a b.yaml',
    ]);
  });

  it.each([
    ['another process', { pid: 2 }],
    ['Windows', { platform: 'win32' as const }],
  ])('are not needed for %s', (_what, changes) => {
    expect(initArguments({ ...first, ...changes })).toBeNull();
  });
});

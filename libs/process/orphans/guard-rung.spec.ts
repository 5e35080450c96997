import { describe, expect, it } from 'vitest';
import { findMeans, MeansWorld } from './guard-rung.js';

/** A machine on which the programs that are listed exist, and the commands that match work. */
function machine(changes: Partial<MeansWorld> & { works?: RegExp } = {}): MeansWorld {
  const { works = /./, ...rest } = changes;
  return {
    platform: 'linux',
    pid: 42,
    wish: undefined,
    run: (argv) => Promise.resolve(works.test(argv.join(' ')) ? '' : null),
    find: (name) => Promise.resolve(`/bin/${name}`),
    readFile: () => null,
    ...rest,
  };
}

const unit = {
  readFile: () => '0::/system.slice/drover.service\n',
  run: (argv: readonly string[]) =>
    Promise.resolve(argv[0] === 'systemctl' ? 'KillMode=control-group\nMainPID=42\n' : ''),
};

describe('findMeans', () => {
  it.each([
    ['Windows has its job object', { platform: 'win32' as const }, 'job-object'],
    ['macOS has the watchdog', { platform: 'darwin' as const }, 'watchdog'],
    ['Linux has the parent-death signal', {}, 'parent-death-signal'],
    ['no setpriv', { find: () => Promise.resolve(null) }, 'watchdog'],
    ['a setpriv without the option', { works: /^\/bin\/unshare/ }, 'watchdog'],
    ['the watchdog is wanted', { wish: 'watchdog' }, 'watchdog'],
    ['a namespace is wanted', { wish: 'namespace' }, 'pid-namespace'],
    [
      'a namespace is wanted but not allowed',
      { wish: 'namespace', works: /KILL true$/ },
      'parent-death-signal',
    ],
    ['Drover is a unit', unit, 'systemd-unit'],
    [
      'Drover is a unit, but less is wanted',
      { ...unit, wish: 'parent-death' },
      'parent-death-signal',
    ],
  ])('%s', async (_name, changes, rung) => {
    expect((await findMeans(machine(changes))).rung).toBe(rung);
  });

  it.each([
    [
      'in a unit of somebody else',
      { run: () => Promise.resolve('KillMode=control-group\nMainPID=7\n') },
    ],
    [
      'in a unit that kills its main process only',
      { run: () => Promise.resolve('KillMode=process\nMainPID=42\n') },
    ],
    ['in a scope', { readFile: () => '0::/user.slice/user@0.service/tmux.scope\n' }],
    ['in a container', { readFile: () => '0::/\n' }],
    [
      'without systemctl',
      { run: (argv: readonly string[]) => Promise.resolve(argv[0] === 'systemctl' ? null : '') },
    ],
  ])('does not trust systemd %s', async (_name, changes) => {
    expect((await findMeans(machine({ ...unit, ...changes }))).rung).toBe('parent-death-signal');
  });

  it('asks the user’s own systemd about a unit of the user', async () => {
    const asked: string[] = [];
    const world = machine({
      readFile: () =>
        '1:name=systemd:/x\n0::/user.slice/user@1000.service/app.slice/drover.service\n',
      run: (argv) => {
        asked.push(argv.join(' '));
        return unit.run(argv);
      },
    });
    expect((await findMeans(world)).rung).toBe('systemd-unit');
    expect(asked.at(-1)).toBe(
      'systemctl --user show --property=MainPID --property=KillMode drover.service',
    );
  });

  it('starts programs by their full path, because a model may have a PATH of its own', async () => {
    const { launcher, namespace } = await findMeans(machine({ wish: 'namespace' }));
    expect(launcher).toEqual(['/bin/setpriv', '--pdeathsig', 'KILL']);
    expect(namespace.slice(0, 5)).toEqual([
      '/bin/unshare',
      '--pid',
      '--fork',
      '--kill-child=KILL',
      '--mount-proc',
    ]);
  });
});

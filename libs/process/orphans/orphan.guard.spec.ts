import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { MeansWorld } from './guard-rung.js';
import { JobObject } from './job-object.js';
import { OrphanGuard } from './orphan.guard.js';
import { OrphanRecord, OrphanStore } from './orphan.store.js';
import { RuntimeDirectory } from './runtime-directory.js';

interface GuardOptions {
  readonly machine?: Partial<MeansWorld>;
  readonly noShell?: boolean;
  readonly jobProblem?: string;
}

function stateOf(guard: OrphanGuard): OrphanRecord {
  return JSON.parse(readFileSync(guard.report().stateFile ?? '', 'utf8')) as OrphanRecord;
}

describe('OrphanGuard', () => {
  let base: string;
  let clock: VirtualClock;
  let watched: string[];
  let killed: number[];
  let started: Map<number, string>;
  let marks: string[];

  beforeEach(() => {
    Logger.overrideLogger(false);
    base = mkdtempSync(join(tmpdir(), 'drover-guard-'));
    clock = new VirtualClock();
    watched = [];
    killed = [];
    marks = [];
    started = new Map([[42, 'me']]);
  });

  afterEach(() => rmSync(base, { recursive: true, force: true }));

  function guard({ machine = {}, noShell = false, jobProblem }: GuardOptions = {}): OrphanGuard {
    const job = new JobObject(() => Promise.reject(new Error('unused')));
    job.protect = () => Promise.resolve(jobProblem ?? null);
    return new OrphanGuard({
      clock,
      job,
      folder: new RuntimeDirectory({ XDG_RUNTIME_DIR: base }),
      table: {
        bootId: () => 'boot ns',
        startTime: (pid) => started.get(pid) ?? null,
        groupRuns: () => true,
        marked: (mark) => {
          marks.push(mark);
          return [900, 901];
        },
      },
      machine: {
        platform: 'linux',
        pid: 42,
        wish: undefined,
        run: () => Promise.resolve(''),
        find: (name) => Promise.resolve(`/bin/${name}`),
        readFile: () => null,
        ...machine,
      },
      makeWatchdog: () => ({
        start: () => Promise.resolve(!noShell),
        watch: (group) => watched.push(`+${group}`),
        forget: (group) => watched.push(`-${group}`),
        close: () => watched.push('close'),
      }),
      kill: (pid) => {
        killed.push(pid);
        return pid !== 901;
      },
    });
  }

  it('chooses once, reports what it has chosen, and wraps commands accordingly', async () => {
    const subject = guard();
    await Promise.all([subject.onModuleInit(), subject.prepare()]);
    expect(subject.report()).toMatchObject({
      rung: 'parent-death-signal',
      watchdog: true,
      swept: 0,
    });
    expect(
      subject.wrap({ file: '/opt/srv', argv: ['srv', '-p', '1'], idLeavesDrover: false }),
    ).toEqual({
      file: '/bin/setpriv',
      argv: ['/bin/setpriv', '--pdeathsig', 'KILL', '/opt/srv', '-p', '1'],
    });
  });

  it('keeps models with a stop command of their own out of the namespace', async () => {
    const subject = guard({ machine: { wish: 'namespace' } });
    await subject.prepare();
    expect(subject.report().rung).toBe('pid-namespace');
    const command = { file: '/bin/podman', argv: ['podman', 'run'] };
    expect(subject.wrap({ ...command, idLeavesDrover: false }).argv).toContain('/bin/unshare');
    expect(subject.wrap({ ...command, idLeavesDrover: true }).argv).toEqual([
      '/bin/setpriv',
      '--pdeathsig',
      'KILL',
      '/bin/podman',
      'run',
    ]);
  });

  it('keeps the command as it is, its zeroth argument too, where only the watchdog helps', async () => {
    const subject = guard({ machine: { platform: 'darwin' } });
    await subject.prepare();
    const command = { file: '/opt/srv', argv: ['srv'] };
    expect(subject.wrap({ ...command, idLeavesDrover: false })).toEqual(command);
  });

  it('admits that there is no guard', async () => {
    const bare = guard({ machine: { platform: 'darwin' }, noShell: true });
    await bare.prepare();
    expect(bare.report()).toMatchObject({ rung: 'none', watchdog: false });
    const windows = guard({ machine: { platform: 'win32' }, jobProblem: 'access denied' });
    await windows.prepare();
    expect(windows.report()).toMatchObject({ rung: 'none', watchdog: false, stateFile: null });
  });

  it('uses nothing but the job object on Windows', async () => {
    const subject = guard({ machine: { platform: 'win32' } });
    await subject.prepare();
    subject.adopt({ pid: 100, model: 'm' });
    expect(subject.report()).toMatchObject({
      rung: 'job-object',
      watchdog: false,
      stateFile: null,
    });
    expect(watched).toEqual([]);
  });

  it('tells helper and file of each child at once, and of its end', async () => {
    const subject = guard();
    await subject.prepare();
    started.set(100, 'then');
    subject.adopt({ pid: 100, model: 'a' });
    subject.adopt({ pid: 101, model: 'b' });
    expect(stateOf(subject)).toMatchObject({
      bootId: 'boot ns',
      owner: { pid: 42, startTime: 'me' },
      children: [
        { pid: 100, model: 'a', startTime: 'then' },
        { pid: 101, model: 'b', startTime: null },
      ],
    });
    subject.release(101);
    subject.release(101);
    expect(stateOf(subject).children).toHaveLength(1);
    expect(watched).toEqual(['+100', '+101', '-101']);
  });

  it('marks each instance so that its descendants, and no others, can be found', async () => {
    const subject = guard();
    const [mark] = subject.marks(7);
    expect(mark).toMatch(/^DROVER_INSTANCE=[-0-9a-f]{36}\/7\/$/);
    expect(subject.killStragglers(7)).toBe(1);
    expect(killed).toEqual([900, 901]);
    expect(`DROVER_INSTANCE=${marks[0]}`).toBe(mark);
  });

  it('sweeps at once what a dead Drover has left, and lets first starts wait until it is gone', async () => {
    const folder = new RuntimeDirectory({ XDG_RUNTIME_DIR: base }).ensure();
    new OrphanStore(folder!).write({
      guardId: 'dead',
      bootId: 'boot ns',
      owner: { pid: 50, startTime: 'gone' },
      children: [{ pid: 51, startTime: 'then', model: 'a' }],
    });
    started.set(51, 'then');
    const subject = guard();
    await subject.onModuleInit();
    expect(killed).toContain(-51);
    expect(subject.report().swept).toBe(2);
    let prepared = false;
    void subject.prepare().then(() => (prepared = true));
    await clock.advanceAsync(500);
    expect(prepared).toBe(false);
    started.delete(51);
    await clock.advanceAsync(20);
    expect(prepared).toBe(true);
  });

  it('kills children, groups and whatever carries its mark when everything has to end at once', async () => {
    const subject = guard();
    await subject.prepare();
    subject.adopt({ pid: 100, model: 'a' });
    subject.adopt({ pid: 101, model: 'b' });
    subject.release(101);
    subject.killAll();
    expect(killed).toEqual([-100, 100, 900, 901]);
    expect(subject.marks(1)).toEqual([`DROVER_INSTANCE=${marks[0]}1/`]);
  });

  it('closes the helper and removes the file at an orderly end', async () => {
    const subject = guard();
    await subject.prepare();
    subject.adopt({ pid: 100, model: 'a' });
    subject.onApplicationShutdown();
    expect(watched.at(-1)).toBe('close');
    expect(new OrphanStore(join(base, 'drover')).read()).toEqual([]);
  });
});

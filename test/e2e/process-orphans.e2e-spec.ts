import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { running, startDriver, threeModels, watchdogs } from '../support/orphan-driver.js';
import { fakeModel, until } from '../support/process-rig.js';

/** Whether this machine lets us make process id namespaces: only root may. */
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

describe.runIf(isLinux)('orphans on Linux', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'drover-orphans-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.for([
    ['auto', 'parent-death-signal'],
    ['parent-death', 'parent-death-signal'],
    ['watchdog', 'watchdog'],
    ...(isRoot ? [['namespace', 'pid-namespace']] : []),
  ])('none is left after kill -9 with DROVER_ORPHAN_GUARD=%s', async ([wish, rung]) => {
    const { token, models } = await threeModels();
    const { child, report } = await startDriver(folder, models, { DROVER_ORPHAN_GUARD: wish! });
    expect(report).toMatchObject({ rung, watchdog: true, swept: 0 });
    expect(running(token).size).toBeGreaterThanOrEqual(4);
    child.kill('SIGKILL');
    await until(() => running(token).size === 0 && watchdogs(report.stateFile).length === 0);
  });

  it('the helper ignores what ends Drover and is replaced when it is killed', async () => {
    const { token, models } = await threeModels();
    const { child, report } = await startDriver(folder, models, {
      DROVER_ORPHAN_GUARD: 'watchdog',
    });
    const [first] = watchdogs(report.stateFile);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(first!, signal);
    process.kill(first!, 'SIGKILL');
    await until(() => watchdogs(report.stateFile).some((pid) => pid !== first));
    child.kill('SIGKILL');
    await until(() => running(token).size === 0);
    expect(watchdogs(report.stateFile)).not.toContain(first);
  });

  it('what survived, because the helper was killed as well, is swept at the next start', async () => {
    const { token, models } = await threeModels();
    const { child, report } = await startDriver(folder, models, {
      DROVER_ORPHAN_GUARD: 'watchdog',
    });
    // Stopped, it cannot put another helper into the place of the one that is killed.
    child.kill('SIGSTOP');
    process.kill(watchdogs(report.stateFile)[0]!, 'SIGKILL');
    child.kill('SIGKILL');
    await until(() => child.signalCode !== null);
    const survivors = running(token).size;
    expect(survivors).toBeGreaterThanOrEqual(4);
    // The same models on the same ports: the new start is possible only because it has swept.
    const next = await startDriver(folder, models);
    expect(next.report.swept).toBeGreaterThanOrEqual(3);
    expect(readdirSync(join(folder, 'drover')).filter((name) => name.endsWith('.json'))).toEqual([
      next.report.stateFile!.split('/').at(-1),
    ]);
    next.child.kill('SIGKILL');
    await until(() => running(token).size === 0);
  });

  it('an orderly end leaves neither children nor helper nor file', async () => {
    const token = `orderly-${process.pid}`;
    const { child, report } = await startDriver(folder, [await fakeModel(token)]);
    const ended = new Promise((exit) => child.once('exit', exit));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(running(token).size).toBe(0);
    await until(() => watchdogs(report.stateFile).length === 0);
    expect(readdirSync(join(folder, 'drover'))).toEqual([]);
  });
});

import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  fakeModel,
  freePort,
  ProcessRig,
  processRig,
  readPid,
  runs,
  until,
} from '../support/process-rig.js';

const unload = { graceMs: 10_000, reason: 'unload' };

/** The code of the error that a promise ends with. */
function failure(promise: Promise<void>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: { code: string }) => error.code,
  );
}

/** Scripts of shells that start the server which their arguments say. */
const BACKGROUND = '"$@" &\nwait\n';
const UNTIL_IT_LISTENS = 'while [ ! -s "$PID_FILE" ]; do sleep 0.01; done';

/** Has model a started by a shell script; its server writes its process id into the file. */
function wrapped(rig: ProcessRig, script: string, flags = '') {
  const [file, pidFile] = [join(rig.folder, 'wrapper.sh'), join(rig.folder, 'pid')];
  writeFileSync(file, script);
  const model = rig.service.get('a')!;
  const cmd = `sh ${file} ${model.config.cmd} --pid-file ${pidFile} ${flags}`;
  model.configure({ ...model.config, env: [`PID_FILE=${pidFile}`], cmd });
  return { model, pidFile };
}

describe('local processes', () => {
  it('start, become ready, answer, and are gone when a stop returns', async () => {
    await using rig = await processRig(await fakeModel('a', '--load-ms 150'));
    const model = rig.service.get('a')!;
    await model.ensureReady();
    const answer = await fetch(new URL('/pid', model.upstream!));
    const { pid } = (await answer.json()) as { pid: number };
    expect(model.details).toEqual({ pid });
    expect(rig.service.running()).toMatchObject([{ model: 'a', state: 'ready' }]);
    await model.stop(unload);
    expect(runs(pid)).toBe(false);
    expect(rig.service.running()).toEqual([]);
    expect(rig.service.times('a').loadMs).toBeGreaterThan(140);
  });

  it('pass the environment, with the items of the model after the inherited ones', async () => {
    const fake = await fakeModel('a');
    await using rig = await processRig({ ...fake, env: ['HOME=/one', 'HOME=/two', 'X_Y=a=b'] });
    const model = rig.service.get('a')!;
    await model.ensureReady();
    const env = (await (await fetch(new URL('/env', model.upstream!))).json()) as object;
    expect(env).toMatchObject({ HOME: '/two', X_Y: 'a=b', PATH: process.env['PATH'] });
  });

  it('write stdout and stderr into one pipe, in their order', async () => {
    const script = 'for i in 1 2 3 4 5; do echo out$i; echo err$i > /dev/stderr; done; sleep 60';
    await using rig = await processRig({ id: 'a', cmd: 'script', checkEndpoint: 'none' });
    const path = join(rig.folder, 'script.sh');
    writeFileSync(path, script);
    const model = rig.service.get('a')!;
    model.configure({ ...model.config, cmd: `sh ${path}` });
    await model.ensureReady();
    await until(() => rig.output.get('a')?.includes('err5\n') ?? false);
    const expected = [1, 2, 3, 4, 5].flatMap((i) => [`out${i}`, `err${i}`]);
    expect(rig.output.get('a')).toBe(`${expected.join('\n')}\n`);
    await model.stop(unload);
  });

  it.each([
    ['a program that is not there', 'no-such-program --key secret', 'program not found'],
    ['a path that is not there', '/no/such/program', 'program not found'],
    ['a file that is not executable', import.meta.filename, 'permission denied'],
    ['a directory', '/usr', 'is a directory'],
  ])('fail with a clear reason for %s', async (_name, cmd, reason) => {
    await using rig = await processRig({ id: 'a', cmd });
    await expect(rig.service.get('a')!.ensureReady()).rejects.toMatchObject({
      code: 'MODEL_START_FAILED',
      message: `[a] failed to start command: ${reason}: ${cmd.split(' ')[0]}`,
      detail: cmd.replace('secret', '[REDACTED]'),
    });
  });

  it('fail before anything is started when their port is taken, and name it', async () => {
    const fake = await fakeModel('a');
    const port = Number(new URL(fake.proxy!).port);
    await using rig = await processRig(fake);
    const other = createServer().listen(port, '127.0.0.1');
    await new Promise((listening) => other.once('listening', listening));
    await expect(rig.service.get('a')!.ensureReady()).rejects.toThrow(`port ${port} is already in`);
    other.close();
    expect(rig.output.get('a')).toBeUndefined();
  });

  it('may stand in for a server that runs all the time on a port they do not name', async () => {
    const port = await freePort();
    const always = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    }).listen(port, '127.0.0.1');
    await using rig = await processRig({
      id: 'a',
      cmd: 'sleep 600',
      proxy: `http://localhost:${port}`,
    });
    await rig.service.get('a')!.ensureReady();
    expect(rig.service.get('a')!.state).toBe('ready');
    await rig.service.get('a')!.stop(unload);
    always.close();
  });

  it('fail at once when they end before they are ready, with the status and their output', async () => {
    await using rig = await processRig(await fakeModel('a', '--fail-start --exit-code 7'));
    await expect(rig.service.get('a')!.ensureReady()).rejects.toThrow(
      '[a] upstream command exited prematurely (exit status 7)',
    );
    expect(rig.output.get('a')).toContain('cannot start, as asked');
  });

  it('are killed after the grace when they ignore SIGTERM', async () => {
    await using rig = await processRig(await fakeModel('a', '--ignore-sigterm'));
    const model = rig.service.get('a')!;
    await model.ensureReady();
    const pid = Number(model.details['pid']);
    await model.stop({ graceMs: 200, reason: 'unload' });
    expect(runs(pid)).toBe(false);
    expect(rig.service.times('a').stopMs).toBeGreaterThanOrEqual(195);
  });

  it('are killed when a later stop hurries', async () => {
    await using rig = await processRig(await fakeModel('a', '--ignore-sigterm'));
    const model = rig.service.get('a')!;
    await model.ensureReady();
    const slow = model.stop({ graceMs: 600_000, reason: 'eviction' });
    await model.stop({ graceMs: 1, reason: 'shutdown' });
    await slow;
    expect(model.state).toBe('stopped');
  });

  it('7.13: have their whole grace to end in an orderly way', async () => {
    const fake = await fakeModel('a', '--term-ms 600 --marker MARKER');
    await using rig = await processRig(fake);
    const marker = join(rig.folder, 'marker');
    const model = rig.service.get('a')!;
    model.configure({ ...model.config, cmd: model.config.cmd.replace('MARKER', marker) });
    await model.ensureReady();
    await model.stop({ graceMs: 5000, reason: 'unload' });
    expect(existsSync(marker)).toBe(true);
    expect(rig.service.times('a').stopMs).toBeGreaterThanOrEqual(500);
  });

  it('7.11: do not delay a stop by requests that they never answer', async () => {
    await using rig = await processRig(await fakeModel('a', '--ignore-sigterm'));
    const model = rig.service.get('a')!;
    await model.ensureReady();
    const hanging = [1, 2, 3].map(() => fetch(new URL('/hang', model.upstream!)));
    const outcomes = Promise.allSettled(hanging);
    await model.stop({ graceMs: 100, reason: 'unload' });
    expect((await outcomes).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
  });

  it('7.2: can be interrupted while they load', async () => {
    await using rig = await processRig(await fakeModel('a', '--load-ms 600000'));
    const model = rig.service.get('a')!;
    const refused = failure(model.ensureReady());
    await until(() => rig.output.get('a')?.includes('listening') ?? false);
    const pid = Number(model.details['pid']);
    await model.stop(unload);
    expect(await refused).toBe('MODEL_START_ABORTED');
    expect([runs(pid), model.state]).toEqual([false, 'stopped']);
  });

  it('7.26: fail at the start timeout when the health check hangs', async () => {
    const fake = await fakeModel('a', '--hang-health');
    await using rig = await processRig({ ...fake, healthCheckTimeout: 1 });
    await expect(rig.service.get('a')!.ensureReady()).rejects.toMatchObject({
      code: 'HEALTH_CHECK_TIMEOUT',
      message: '[a] health check timed out after 1s',
    });
    expect(rig.service.get('a')!.state).toBe('stopped');
  });

  it('7.12: leave no server behind when a wrapper has put it into the background', async () => {
    await using rig = await processRig(await fakeModel('a'));
    const { model, pidFile } = wrapped(rig, BACKGROUND);
    await model.ensureReady();
    const server = await readPid(pidFile);
    await model.stop(unload);
    expect(runs(server)).toBe(false);
  });

  it('7.12: give a server behind a wrapper that dies first what is left of the grace', async () => {
    await using rig = await processRig(await fakeModel('a', '--term-ms 400'));
    const marker = join(rig.folder, 'marker');
    const { model } = wrapped(rig, BACKGROUND, `--marker ${marker}`);
    await model.ensureReady();
    await model.stop(unload);
    expect(existsSync(marker)).toBe(true);
  });

  it('7.28: take their group with them when the wrapper dies, and can start again at once', async () => {
    await using rig = await processRig(await fakeModel('a', '--ignore-sigterm'));
    const { model, pidFile } = wrapped(rig, BACKGROUND);
    await model.ensureReady();
    const server = await readPid(pidFile);
    const crashed = new Promise((stopped) => model.onState((_from, to) => stopped(to)));
    process.kill(Number(model.details['pid']), 'SIGKILL');
    expect(await crashed).toBe('stopped');
    expect(runs(server)).toBe(false);
    await model.ensureReady();
    await model.stop({ graceMs: 1, reason: 'unload' });
  });

  it('1.3: are a failed start, and leave nothing, when a wrapper forks the server and exits', async () => {
    await using rig = await processRig(await fakeModel('a', '--ignore-sigterm'));
    const script = `"$@" & ${UNTIL_IT_LISTENS}`;
    const { model, pidFile } = wrapped(rig, script, '--load-ms 60000');
    await expect(model.ensureReady()).rejects.toThrow('exited prematurely (exit status 0)');
    expect(runs(await readPid(pidFile))).toBe(false);
  });

  it('take a descendant with them that has left the group but holds their output', async () => {
    await using rig = await processRig(await fakeModel('a', '--ignore-sigterm'));
    const { model, pidFile } = wrapped(rig, 'setsid "$@" &\nwait\n');
    await model.ensureReady();
    const server = await readPid(pidFile);
    await model.stop(unload);
    await until(() => !runs(server));
    expect(model.state).toBe('stopped');
  });

  it.each(['wait', UNTIL_IT_LISTENS])(
    'take a server with them that has gone into the background silently, ending with: %s',
    async (end) => {
      const fake = await fakeModel('a', '--ignore-sigterm');
      await using rig = await processRig(fake);
      const script = `setsid "$@" >/dev/null 2>&1 </dev/null &\n${end}\n`;
      const { model, pidFile } = wrapped(rig, script);
      await model.ensureReady().catch(() => {});
      await model.stop(unload);
      expect(runs(await readPid(pidFile))).toBe(false);
    },
  );

  it('are stopped by their stop command, which knows the process id and the environment', async () => {
    const fake = await fakeModel('a', '--ignore-sigterm');
    await using rig = await processRig({ ...fake, env: ['HOW=KILL'] });
    const model = rig.service.get('a')!;
    const note = join(rig.folder, 'note');
    const cmdStop = `sh -c 'echo $HOW $0 > ${note}; kill -$HOW $0' \${PID}`;
    model.configure({ ...model.config, cmdStop });
    await model.ensureReady();
    await model.stop({ graceMs: 600_000, reason: 'unload' });
    expect(model.state).toBe('stopped');
    expect(existsSync(note)).toBe(true);
  });

  it.each(['false', 'no-such-program ${PID}'])(
    'are sent the signal at once when the stop command %s fails',
    async (cmdStop) => {
      await using rig = await processRig({ ...(await fakeModel('a')), cmdStop });
      const model = rig.service.get('a')!;
      await model.ensureReady();
      await model.stop({ graceMs: 600_000, reason: 'unload' });
      expect(model.state).toBe('stopped');
    },
  );

  it('stop together within the budget of a shutdown, also while they start, and never start again', async () => {
    const models = await Promise.all(
      ['a', 'b', 'c'].map((id) => fakeModel(id, '--ignore-sigterm --load-ms 300')),
    );
    await using rig = await processRig(...models);
    await rig.service.get('a')!.ensureReady();
    const refused = failure(rig.service.get('b')!.ensureReady());
    await until(() => rig.output.has('b'));
    const pids = ['a', 'b'].map((id) => Number(rig.service.get(id)!.details['pid']));
    await rig.service.stopAll(1);
    expect(await refused).toBe('MODEL_START_ABORTED');
    expect(pids.map(runs)).toEqual([false, false]);
    await expect(rig.service.get('c')!.ensureReady()).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    });
  });

  it('does not share Drover’s process group, so that Ctrl-C does not reach it', async () => {
    await using rig = await processRig(await fakeModel('a'));
    const model = rig.service.get('a')!;
    await model.ensureReady();
    const pid = Number(model.details['pid']);
    expect(() => process.kill(-pid, 0)).not.toThrow();
  });
});

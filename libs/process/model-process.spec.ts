import { describe, expect, it } from 'vitest';
import { ProcessWorld, watch } from './testing/process-world.js';

describe('ModelProcess: the normal life', () => {
  it('goes stopped, starting, ready, stopping, stopped and tells each step once', async () => {
    const world = new ProcessWorld();
    const server = await world.ready();
    expect(world.process.state).toBe('ready');
    expect(world.process.upstream?.href).toBe('http://127.0.0.1:5800/');
    const stopped = world.process.stop({ graceMs: 10_000, reason: 'unload' });
    expect(world.process.state).toBe('stopping');
    server.exit();
    await stopped;
    expect(world.transitions).toEqual([
      'stopped>starting',
      'starting>ready',
      'ready>stopping',
      'stopping>stopped',
    ]);
    expect(server.graces).toEqual([10_000]);
    expect(world.clock.pendingTimers).toBe(0);
  });

  it('does nothing when a stopped process is stopped, and nothing when a ready one is started', async () => {
    const world = new ProcessWorld();
    await world.process.stop({ graceMs: 1, reason: 'unload' });
    await world.ready();
    await world.process.ensureReady();
    expect(world.transitions).toEqual(['stopped>starting', 'starting>ready']);
    expect(world.runtime.launches).toHaveLength(1);
  });

  it('probes at once, then with pauses growing by half up to 30 ms', async () => {
    const world = new ProcessWorld({
      proxy: 'http://127.0.0.1:5800/base/',
      checkEndpoint: 'up?x=1',
    });
    const times: number[] = [];
    world.probe.probe = (url) => {
      expect(url.href).toBe('http://127.0.0.1:5800/base/up?x=1');
      times.push(world.clock.nowMs());
      return Promise.reject(new Error('refused'));
    };
    void world.process.ensureReady().catch(() => {});
    world.runtime.launch(0).succeed();
    await world.pass(180);
    expect(times.map(Math.round)).toEqual([0, 10, 25, 48, 78, 108, 138, 168]);
  });

  it('probes again soon when a line of output says that the server is up', async () => {
    const world = new ProcessWorld();
    world.probe.answer = false;
    const ready = watch(world.process.ensureReady());
    const server = world.runtime.launch(0).succeed();
    await world.pass(1000);
    world.probe.answer = true;
    server.print('main: server is listening on http://127.0.0.1:5800\n');
    await world.pass(10);
    expect(ready()).toBe('done');
    expect(world.output).toHaveLength(1);
  });

  it('is ready right after the launch with checkEndpoint none', async () => {
    const world = new ProcessWorld({ checkEndpoint: ' none ' });
    const ready = world.process.ensureReady();
    world.runtime.launch(0).succeed();
    await ready;
    expect(world.probe.asked).toEqual([]);
  });

  it('measures loads and stops', async () => {
    const world = new ProcessWorld();
    world.probe.answer = false;
    const ready = world.process.ensureReady();
    const server = world.runtime.launch(0).succeed();
    await world.pass(995);
    world.probe.answer = true;
    await world.pass(100);
    await ready;
    const stopped = world.process.stop({ graceMs: 10_000, reason: 'eviction' });
    await world.pass(300);
    server.exit();
    await stopped;
    expect(world.statistics.of('m')).toEqual({
      loadMs: expect.closeTo(1008, -1) as number,
      stopMs: 300,
      serviceMs: null,
    });
  });

  it('takes a new command at the next start only', async () => {
    const world = new ProcessWorld();
    const server = await world.ready();
    world.process.configure({ ...world.process.config, cmd: 'other --port 1', ttl: 7 });
    expect(world.process.config.ttl).toBe(7);
    const stopped = world.process.stop({ graceMs: 1, reason: 'reload' });
    server.exit();
    await stopped;
    void world.process.ensureReady();
    expect(world.runtime.launch(1).start.argv).toEqual(['other', '--port', '1']);
  });
});

describe('ModelProcess: starts that fail', () => {
  it.each([
    ['no upstream', { proxy: ' ' }, '[m] upstream proxy missing: set proxy to a URL'],
    [
      'a useless upstream',
      { proxy: 'ftp://x' },
      '[m] invalid proxy URL "ftp://x": expected http://host:port',
    ],
    ['an empty command', { cmd: ' ' }, '[m] unable to get sanitized command: empty command'],
    ['an unknown runtime', { runtime: 'slurm' }, '[m] there is no process runtime "slurm"'],
  ])('fails with %s before anything is launched', async (_name, changes, message) => {
    const world = new ProcessWorld(changes);
    await expect(world.process.ensureReady()).rejects.toMatchObject({
      code: 'MODEL_START_FAILED',
      message,
    });
    expect(world.runtime.launches).toEqual([]);
    expect(world.transitions).toEqual(['stopped>starting', 'starting>stopped']);
  });

  it('fails when the runtime cannot launch, and tries again at the next request', async () => {
    const world = new ProcessWorld();
    const failed = world.process.ensureReady();
    world.runtime.launch(0).fail(new Error('no such file'));
    await expect(failed).rejects.toMatchObject({
      code: 'MODEL_START_FAILED',
      message: '[m] failed to start command: no such file',
    });
    await world.ready();
    expect(world.process.state).toBe('ready');
  });

  it('notices at once that the server ended before it was ready', async () => {
    const world = new ProcessWorld();
    const ready = watch(world.process.ensureReady());
    world.runtime.launch(0).succeed().exit({ code: 3, signal: null });
    await world.pass();
    expect(ready()).toBe('MODEL_START_FAILED');
    expect(world.clock.nowMs()).toBe(0);
    expect(world.logged).toEqual(['[m] upstream command exited prematurely (exit status 3)']);
    expect(world.clock.pendingTimers).toBe(0);
  });

  it.each([
    [
      3,
      'CUDA error: out of memory\n',
      '(exit status 3): its last output: CUDA error: out of memory',
    ],
    [0, '', '(exit status 0): it must stay in the foreground'],
  ])('tells the log what a server that ended with %d said last', async (code, said, text) => {
    const world = new ProcessWorld();
    const ready = world.process.ensureReady();
    const launch = world.runtime.launch(0);
    launch.succeed().exit({ code, signal: null });
    launch.start.onOutput(Buffer.from(said));
    await expect(ready).rejects.toThrow(/^\[m\] upstream command exited prematurely/);
    await expect(ready).rejects.not.toThrow('CUDA');
    expect(world.logged).toEqual([`[m] upstream command exited prematurely ${text}`]);
  });

  it.each([
    ['false answers', false, 'answers with status 503'],
    [
      'a closed port',
      Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
      'nobody listens there',
    ],
    ['a broken answer', new Error('Parse Error'), 'Parse Error'],
  ])('tells the log what the probe found last: %s', async (_name, answer, text) => {
    const world = new ProcessWorld({ healthCheckTimeout: 15 });
    world.probe.answer = answer;
    const ready = watch(world.process.ensureReady());
    const server = world.runtime.launch(0).succeed();
    await world.pass(15_000);
    server.exit();
    await world.pass();
    expect(ready()).toBe('HEALTH_CHECK_TIMEOUT');
    expect(world.logged.join()).toContain(`${world.probe.asked[0]} ${text}`);
  });

  it('7.26: ends a start whose health probe hangs, at the start timeout plus the abort', async () => {
    const world = new ProcessWorld({ healthCheckTimeout: 150 });
    const ready = watch(world.process.ensureReady());
    const server = world.runtime.launch(0).succeed();
    await world.pass(149_999);
    expect(ready()).toBe('pending');
    expect(world.probe.asked.length).toBeGreaterThan(25);
    await world.pass(1);
    expect(server.graces).toEqual([5000]);
    expect(world.process.state).toBe('starting');
    server.exit();
    await world.pass();
    expect(ready()).toBe('HEALTH_CHECK_TIMEOUT');
    expect(world.logged).toEqual([
      expect.stringMatching(/^\[m\] health check timed out after 2m30s: .* does not answer$/),
    ]);
    expect(world.transitions).toEqual(['stopped>starting', 'starting>stopped']);
  });

  it('gives a second attempt, shared, to callers who joined a start that failed', async () => {
    const world = new ProcessWorld();
    const outcomes = [1, 2, 3].map(() => watch(world.process.ensureReady()));
    world.runtime.launch(0).fail(new Error('busy'));
    await world.pass();
    expect(outcomes.map((outcome) => outcome())).toEqual([
      'MODEL_START_FAILED',
      'pending',
      'pending',
    ]);
    world.probe.answer = true;
    world.runtime.launch(1).succeed();
    await world.pass();
    expect(outcomes.map((outcome) => outcome())).toEqual(['MODEL_START_FAILED', 'done', 'done']);
  });

  it('keeps the command line out of the message', async () => {
    const world = new ProcessWorld({ cmd: 'serve --api-key secret' });
    const failed = world.process.ensureReady();
    world.runtime.launch(0).fail(new Error('not found'));
    await expect(failed).rejects.toSatisfy((error: Error) => !error.message.includes('secret'));
  });
});

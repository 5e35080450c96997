import { describe, expect, it } from 'vitest';
import { ProcessWorld, watch } from './testing/process-world.js';

const unload = { graceMs: 10_000, reason: 'unload' };

describe('ModelProcess: races', () => {
  it('7.2: a stop during the start aborts it and returns when the child is dead', async () => {
    const world = new ProcessWorld();
    const ready = watch(world.process.ensureReady());
    const server = world.runtime.launch(0).succeed();
    await world.pass(500);
    const stopped = watch(world.process.stop({ graceMs: 60_000, reason: 'eviction' }));
    await world.pass(1000);
    expect([stopped(), ready(), world.process.state]).toEqual(['pending', 'pending', 'starting']);
    expect(server.graces).toEqual([5000]);
    server.exit({ code: null, signal: 'SIGKILL' });
    await world.pass();
    expect([stopped(), ready()]).toEqual(['done', 'MODEL_START_ABORTED']);
    expect(world.transitions).toEqual(['stopped>starting', 'starting>stopped']);
  });

  it('7.2: a stop before the launch has come back still kills what was launched', async () => {
    const world = new ProcessWorld();
    const ready = watch(world.process.ensureReady());
    const stopped = watch(world.process.stop(unload));
    expect(world.runtime.launch(0).signal.aborted).toBe(true);
    const server = world.runtime.launch(0).succeed();
    await world.pass();
    expect(server.graces).toEqual([5000]);
    server.exit();
    await world.pass();
    expect([stopped(), ready()]).toEqual(['done', 'MODEL_START_ABORTED']);
  });

  it('7.2: a stop that the launch obeys by failing is an abort, not a failure', async () => {
    const world = new ProcessWorld();
    const ready = watch(world.process.ensureReady());
    const stopped = watch(world.process.stop(unload));
    world.runtime.launch(0).fail(new Error('aborted'));
    await world.pass();
    expect([stopped(), ready()]).toEqual(['done', 'MODEL_START_ABORTED']);
  });

  it('7.4: a start asked for during a stop happens after it, once, for everybody', async () => {
    const world = new ProcessWorld();
    const first = await world.ready();
    const stopped = watch(world.process.stop(unload));
    const outcomes = [1, 2].map(() => watch(world.process.ensureReady()));
    await world.pass(3000);
    expect(world.runtime.launches).toHaveLength(1);
    first.exit();
    await world.pass();
    world.runtime.launch(1).succeed();
    await world.pass();
    expect([stopped(), ...outcomes.map((outcome) => outcome())]).toEqual(['done', 'done', 'done']);
    expect(world.transitions.slice(-4)).toEqual([
      'ready>stopping',
      'stopping>stopped',
      'stopped>starting',
      'starting>ready',
    ]);
  });

  it('a stop undoes the starts that were asked for before it, and none asked for after it', async () => {
    const world = new ProcessWorld();
    const server = await world.ready();
    void world.process.stop(unload);
    const before = watch(world.process.ensureReady());
    const again = watch(world.process.stop(unload));
    const after = watch(world.process.ensureReady());
    server.exit();
    await world.pass();
    expect([before(), again(), after()]).toEqual(['MODEL_START_ABORTED', 'done', 'pending']);
    world.runtime.launch(1).succeed();
    await world.pass();
    expect(after()).toBe('done');
  });

  it('7.11: shares a stop, and a later, shorter grace hurries it but a longer one does not', async () => {
    const world = new ProcessWorld();
    const server = await world.ready();
    const stops = [10_000, 60_000, 50].map((graceMs) =>
      watch(world.process.stop({ graceMs, reason: 'shutdown' })),
    );
    expect(server.graces).toEqual([10_000, 50]);
    server.exit();
    await world.pass();
    expect(stops.map((stop) => stop())).toEqual(['done', 'done', 'done']);
    expect(world.transitions.filter((step) => step === 'ready>stopping')).toHaveLength(1);
  });

  it('7.14: the lifetime end leaves a graceful stop its grace', async () => {
    const world = new ProcessWorld();
    const server = await world.ready();
    const stopped = watch(world.process.stop({ graceMs: 20_000, reason: 'shutdown' }));
    const disposed = watch(world.process.dispose());
    await world.pass(15_000);
    expect([stopped(), disposed(), world.process.state]).toEqual([
      'pending',
      'pending',
      'stopping',
    ]);
    expect(server.graces).toEqual([20_000]);
    server.exit();
    await world.pass();
    expect([stopped(), disposed()]).toEqual(['done', 'done']);
    expect(world.transitions.slice(-2)).toEqual(['stopping>stopped', 'stopped>shutdown']);
  });

  it('7.15: the lifetime end during a start kills the child and leaves the state shutdown', async () => {
    const world = new ProcessWorld();
    const ready = watch(world.process.ensureReady());
    const server = world.runtime.launch(0).succeed();
    await world.pass(100);
    const disposed = watch(world.process.dispose());
    expect(world.process.state).toBe('shutdown');
    await world.pass();
    expect([ready(), disposed()]).toEqual(['SHUTTING_DOWN', 'pending']);
    expect(server.graces).toEqual([5000]);
    server.exit();
    await world.pass(10_000);
    expect(disposed()).toBe('done');
    expect(world.transitions).toEqual(['stopped>starting', 'starting>shutdown']);
    await expect(world.process.ensureReady()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  it('disposes a ready process with a grace of one second and a stopped one at once', async () => {
    const world = new ProcessWorld();
    const server = await world.ready();
    const disposed = watch(world.process.dispose());
    expect(server.graces).toEqual([1000]);
    server.exit();
    await world.pass();
    expect(disposed()).toBe('done');
    expect(world.transitions.at(-1)).toBe('ready>shutdown');
    const idle = new ProcessWorld();
    await idle.process.dispose();
    expect(idle.transitions).toEqual(['stopped>shutdown']);
  });

  it('refuses those who wait for a restart when the lifetime ends', async () => {
    const world = new ProcessWorld();
    const server = await world.ready();
    void world.process.stop(unload);
    const waiting = watch(world.process.ensureReady());
    void world.process.dispose();
    server.exit();
    await world.pass();
    expect(waiting()).toBe('SHUTTING_DOWN');
    expect(world.runtime.launches).toHaveLength(1);
  });

  it('7.25: a stop meant for an earlier instance leaves the present one alone', async () => {
    const world = new ProcessWorld();
    const first = await world.ready();
    const decidedFor = world.process.instance ?? -1;
    const evicted = world.process.stop(unload);
    first.exit();
    await evicted;
    const second = await world.ready();
    await world.process.stop({ ...unload, instance: decidedFor });
    expect([world.process.state, second.graces.length]).toEqual(['ready', 0]);
    void world.process.stop({ ...unload, instance: world.process.instance ?? -1 });
    expect(world.process.state).toBe('stopping');
  });

  it('7.27: a server that dies in the instant of readiness leaves the state telling the truth', async () => {
    const world = new ProcessWorld();
    let seen = '';
    world.probe.answer = true;
    const ready = world.process.ensureReady().then(() => (seen = world.process.state));
    const server = world.runtime.launch(0).succeed();
    world.process.onState((_from, to) => {
      if (to === 'ready') server.exit({ code: 1, signal: null });
    });
    await ready;
    await world.pass();
    expect(world.transitions).toEqual(['stopped>starting', 'starting>ready', 'ready>stopped']);
    expect(['ready', 'stopped']).toContain(seen);
    expect([world.process.state, world.process.upstream]).toEqual(['stopped', null]);
  });

  it('a crash is noticed at once, goes to stopped without stopping, and restarts nothing', async () => {
    const world = new ProcessWorld();
    const server = await world.ready();
    server.exit({ code: null, signal: 'SIGSEGV' });
    await world.pass();
    expect(world.transitions.at(-1)).toBe('ready>stopped');
    expect(world.logged.at(-1)).toBe('[m] ended by itself: signal SIGSEGV');
    expect(world.process.lastExit).toEqual({ code: null, signal: 'SIGSEGV' });
    expect(world.process.lastExit).toEqual({ code: null, signal: 'SIGSEGV' });
    expect(world.runtime.launches).toHaveLength(1);
  });

  it('P6: ignores everything that comes late from a server that was given up', async () => {
    const world = new ProcessWorld();
    const zombie = await world.ready();
    const stopped = watch(world.process.stop(unload));
    await world.pass(39_999);
    expect(stopped()).toBe('pending');
    await world.pass(1);
    expect([stopped(), world.process.state]).toEqual(['done', 'stopped']);
    expect(world.logged.at(-1)).toContain('given up');
    void world.process.ensureReady();
    zombie.exit();
    await world.pass(10);
    expect(world.process.state).toBe('starting');
  });

  it('kills a server whose launch comes back after it was given up', async () => {
    const world = new ProcessWorld();
    const ready = watch(world.process.ensureReady());
    void world.process.stop(unload);
    await world.pass(35_000);
    expect(ready()).toBe('MODEL_START_ABORTED');
    const late = world.runtime.launch(0).succeed();
    await world.pass();
    expect(late.graces).toEqual([0]);
    expect(world.process.state).toBe('stopped');
  });

  it('lets a listener start, stop and dispose from within a notification', async () => {
    const world = new ProcessWorld();
    const restart: (() => string)[] = [];
    const off = world.process.onState((_from, to) => {
      if (to === 'stopped') restart.push(watch(world.process.ensureReady()));
      if (to === 'starting' && restart.length > 0) void world.process.stop(unload);
    });
    const server = await world.ready();
    server.exit();
    await world.pass();
    off();
    await world.pass();
    expect(world.runtime.servers).toHaveLength(1);
    expect(restart.length).toBeGreaterThan(0);
    void world.process.dispose();
    await world.pass();
    expect(restart.every((outcome) => outcome() !== 'pending')).toBe(true);
    expect(world.process.state).toBe('shutdown');
  });
});

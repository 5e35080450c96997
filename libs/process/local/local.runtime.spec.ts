import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { readPluginMetadata, RuntimeExit, RuntimeStart } from '#lib/plugin-api';
import { ChildGuard, GuardedCommand } from '../orphans/child-guard.interface.js';
import { LocalRuntime } from './local.runtime.js';
import { SpawnCommand, SpawnedProcess } from './process-spawner.interface.js';

/** A runtime whose surroundings record what they are asked. */
class RuntimeWorld {
  readonly spawned: SpawnCommand[] = [];
  readonly wrapped: GuardedCommand[] = [];
  readonly guarded: string[] = [];
  readonly signals: string[] = [];
  taken: number | null = null;
  spawnError: Error | null = null;
  onPrepare: () => unknown = () => {};
  readonly exits: PromiseWithResolvers<RuntimeExit>[] = [];

  private readonly guard: ChildGuard = {
    prepare: async () => {
      await Promise.resolve();
      this.onPrepare();
    },
    wrap: (command) => {
      this.wrapped.push(command);
      return { file: '/bin/guard', argv: ['guard', command.file, ...command.argv.slice(1)] };
    },
    marks: (instance) => [`DROVER_INSTANCE=id/${instance}/`],
    adopt: ({ pid, model }) => this.guarded.push(`+${pid} ${model}`),
    release: (pid) => this.guarded.push(`-${pid}`),
    killStragglers: () => 0,
  };

  readonly runtime = new LocalRuntime(
    { spawn: (command) => this.spawn(command) },
    {
      ask: (pid) => this.signals.push(`ask ${pid}`),
      kill: (pid) => this.signals.push(`kill ${pid}`),
      alive: () => false,
    },
    this.guard,
    { takenPort: async () => this.taken },
    new VirtualClock(),
  );

  private spawn(command: SpawnCommand): Promise<SpawnedProcess> {
    if (this.spawnError) return Promise.reject(this.spawnError);
    const exit = Promise.withResolvers<RuntimeExit>();
    this.spawned.push(command);
    this.exits.push(exit);
    const pid = 100 * this.spawned.length;
    const outputEnded = exit.promise;
    return Promise.resolve({ pid, exited: exit.promise, outputEnded, closeOutput: () => {} });
  }
}

function order(changes: Partial<RuntimeStart> = {}): RuntimeStart {
  return {
    model: 'm',
    instance: 3,
    argv: [process.execPath, '--secret', 'x'],
    stopCommand: null,
    env: ['A=1', 'A=2=3', 'nonsense', '=x'],
    proxy: new URL('http://127.0.0.1:5800'),
    onOutput: () => {},
    ...changes,
  };
}

const signal = new AbortController().signal;

describe('LocalRuntime', () => {
  it('is the runtime called local', () => {
    expect(readPluginMetadata(LocalRuntime)).toMatchObject({
      kind: 'process-runtime',
      name: 'local',
    });
  });

  it('starts the guarded command with the inherited environment, the model’s and the mark', async () => {
    const world = new RuntimeWorld();
    const instance = await world.runtime.start(order(), signal);
    expect(instance.details).toEqual({ pid: 100 });
    expect(instance.address.href).toBe('http://127.0.0.1:5800/');
    expect(world.spawned[0]).toMatchObject({
      file: '/bin/guard',
      argv: ['guard', process.execPath, '--secret', 'x'],
      env: { PATH: process.env['PATH'], A: '2=3', DROVER_INSTANCE: 'id/3/' },
    });
    expect(world.guarded).toEqual(['+100 m']);
    expect(world.wrapped[0]?.idLeavesDrover).toBe(false);
  });

  it('lets go of the child when it has ended', async () => {
    const world = new RuntimeWorld();
    const instance = await world.runtime.start(order(), signal);
    world.exits[0]?.resolve({ code: 0, signal: null });
    expect(await instance.exited).toEqual({ code: 0, signal: null });
    expect(world.guarded).toEqual(['+100 m', '-100']);
  });

  it('runs the stop command with the process id filled in, under guard as well', async () => {
    const world = new RuntimeWorld();
    const stopCommand = ['stopper', '--pid=${PID}', '${PID}'];
    const instance = await world.runtime.start(order({ stopCommand }), signal);
    expect(world.wrapped[0]?.idLeavesDrover).toBe(true);
    const stopped = instance.stop(1000);
    expect(world.spawned[1]).toMatchObject({
      file: 'stopper',
      argv: ['stopper', '--pid=100', '100'],
      env: { A: '2=3' },
      onOutput: null,
    });
    world.exits[1]?.resolve({ code: 0, signal: null });
    world.exits[0]?.resolve({ code: 0, signal: null });
    await stopped;
    expect(world.signals).toEqual([]);
    expect(world.guarded.toSorted()).toEqual(['+100 m', '+200 m', '-100', '-200']);
  });

  it.each([
    ['no-such-program', 'program not found'],
    ['/no/such/program', 'program not found'],
    [import.meta.dirname, 'is a directory'],
  ])('does not start %s and keeps the command line for the log', async (name, problem) => {
    const world = new RuntimeWorld();
    await expect(
      world.runtime.start(order({ argv: [name, 'secret'] }), signal),
    ).rejects.toMatchObject({
      code: 'MODEL_START_FAILED',
      message: `[m] failed to start command: ${problem}: ${name}`,
      detail: `${name} secret`,
    });
    expect(world.spawned).toEqual([]);
  });

  it('names the port that is taken', async () => {
    const world = new RuntimeWorld();
    world.taken = 5800;
    await expect(world.runtime.start(order(), signal)).rejects.toThrow(
      '[m] port 5800 is already in use: end what listens there, or change the port (startPort moves',
    );
  });

  it('looks at the port only when the leftovers of a crash have been cleared', async () => {
    const world = new RuntimeWorld();
    world.taken = 5800;
    world.onPrepare = () => (world.taken = null);
    await world.runtime.start(order(), signal);
    expect(world.spawned).toHaveLength(1);
  });

  it('passes on why the system cannot start it, without the command line', async () => {
    const world = new RuntimeWorld();
    world.spawnError = new Error('spawn E2BIG');
    await expect(world.runtime.start(order(), signal)).rejects.toMatchObject({
      message: '[m] failed to start command: spawn E2BIG',
    });
    expect(world.guarded).toEqual([]);
  });

  it('starts nothing once it was aborted', async () => {
    const world = new RuntimeWorld();
    const abort = new AbortController();
    world.onPrepare = () => abort.abort();
    await expect(world.runtime.start(order(), abort.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(world.spawned).toEqual([]);
  });
});

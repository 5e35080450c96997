import { describe, expect, it } from 'vitest';
import { ConfigStore } from '#lib/config';
import { ModelState } from '#lib/plugin-api';
import { ProcessService, StartOverrides } from '#lib/process';
import { RouterService } from '#lib/router';
import { LlamaServerService } from './llama-server.service.js';

/** A service over models whose states the test sets. */
function setup(limit: number, conflicts: readonly string[][] = []) {
  const states = new Map<string, ModelState>();
  const loads: string[] = [];
  const config = { current: { monitoring: { maxParallelModels: limit } } };
  const overrides = new StartOverrides();
  const refused: string[] = [];
  const orders: string[] = [];
  const lastExit = { code: 3, signal: null };
  const unloads: number[] = [];
  const failures = new Map<string, Error>();
  const processes = {
    overrides,
    get: (model: string) => ({ state: states.get(model) ?? 'stopped', lastExit }),
    running: () =>
      [...states].filter(([, state]) => state !== 'stopped').map(([model]) => ({ model })),
  };
  const router = {
    load: (model: string) => {
      loads.push(model);
      const failure = failures.get(model);
      return failure ? Promise.reject(failure) : new Promise<void>(() => undefined);
    },
    unload: async (models: readonly string[], graceMs: number) => {
      unloads.push(graceMs);
      for (const model of models) states.set(model, 'stopped');
    },
    canRunTogether: (models: readonly string[]) =>
      !conflicts.some((pair) => pair.every((model) => models.includes(model))),
  };
  const service = new LlamaServerService(
    config as unknown as ConfigStore,
    router as unknown as RouterService,
    processes as unknown as ProcessService,
    {
      emit: (name: string, { model, action }: { model: string; action?: string }) =>
        name === 'model.ordered' ? orders.push(`${action} ${model}`) : refused.push(model),
    } as never,
  );
  const start = (model: string): boolean =>
    service.startModel(model, new AbortController().signal).isRunningAlready;
  return { states, loads, service, start, overrides, refused, orders, unloads, failures };
}

describe('LlamaServerService', () => {
  it('lets no more starts through at once than the limit', () => {
    const { loads, start, refused, orders } = setup(2);
    start('a');
    start('b');
    expect(() => start('c')).toThrow('max parallel models reached (2 of 2 running)');
    expect(loads).toEqual(['a', 'b']);
    expect(refused).toEqual(['c']);
    expect(orders).toEqual(['load a', 'load b']);
  });

  it('counts a model once that is starting and asked for again', () => {
    const { states, start } = setup(2);
    start('a');
    states.set('a', 'starting');
    start('a');
    start('b');
    expect(() => start('c')).toThrow('2 of 2');
  });

  it('starts nothing for a model that is ready', () => {
    const { states, loads, start } = setup(1);
    states.set('a', 'ready');
    expect(start('a')).toBe(true);
    expect(loads).toEqual([]);
  });

  it('refuses a model that is being stopped', () => {
    const { states, start } = setup(4);
    states.set('a', 'stopping');
    expect(() => start('a')).toThrow('being stopped');
  });

  it('counts only what stays when the swap rules have made room', () => {
    const { states, loads, start } = setup(1, [['a', 'b']]);
    states.set('a', 'ready');
    start('b');
    expect(loads).toEqual(['b']);
  });

  it('has no limit when it is 0', () => {
    const { loads, start } = setup(0);
    for (const model of ['a', 'b', 'c', 'd', 'e']) start(model);
    expect(loads).toHaveLength(5);
  });

  it('says whether there was something to stop, and how it has ended', async () => {
    const { states, service } = setup(4);
    states.set('a', 'ready');
    const exit = { code: 3, signal: null };
    expect(await service.stopModel('a', 0)).toEqual({ wasRunning: true, exit });
    expect(await service.stopModel('a', 0)).toEqual({ wasRunning: false, exit: null });
    expect(service.isRunning('a')).toBe(false);
  });

  it('hurries the end of a model that is being started', async () => {
    const { states, service, unloads } = setup(4);
    states.set('a', 'starting');
    await service.stopModel('a', 70);
    expect(unloads).toEqual([70, 70]);
  });

  describe('with an override', () => {
    const override = { args: ['--ctx-size', '8192'] };
    const { signal } = new AbortController();

    it('gives it to the start that it begins', () => {
      const { service, overrides } = setup(4);
      expect(service.startModel('a', signal, override).isOverridden).toBe(true);
      expect(overrides.take('a')).toBe(override);
      expect(overrides.take('a')).toEqual({ args: [] });
    });

    it.each<ModelState>(['starting', 'ready'])('leaves a model alone that is %s', (state) => {
      const { states, service, overrides } = setup(4);
      states.set('a', state);
      expect(service.startModel('a', signal, override).isOverridden).toBe(false);
      expect(overrides.take('a')).toEqual({ args: [] });
    });

    it('takes it back when there was no start', async () => {
      const { service, overrides, failures } = setup(4);
      failures.set('a', new Error('refused'));
      await expect(service.startModel('a', signal, override).ready).rejects.toThrow('refused');
      expect(overrides.take('a')).toEqual({ args: [] });
    });
  });
});

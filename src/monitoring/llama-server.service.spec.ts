import { describe, expect, it } from 'vitest';
import { ConfigStore } from '#lib/config';
import { ModelState } from '#lib/plugin-api';
import { ProcessService } from '#lib/process';
import { RouterService } from '#lib/router';
import { LlamaServerService } from './llama-server.service.js';

/** A service over models whose states the test sets. */
function setup(limit: number, conflicts: readonly string[][] = []) {
  const states = new Map<string, ModelState>();
  const loads: string[] = [];
  const config = { current: { monitoring: { maxParallelModels: limit } } };
  const processes = {
    get: (model: string) => ({ state: states.get(model) ?? 'stopped' }),
    running: () =>
      [...states].filter(([, state]) => state !== 'stopped').map(([model]) => ({ model })),
  };
  const router = {
    load: (model: string) => {
      loads.push(model);
      return new Promise<void>(() => undefined);
    },
    unload: async (models: readonly string[]) => {
      for (const model of models) states.set(model, 'stopped');
    },
    canRunTogether: (models: readonly string[]) =>
      !conflicts.some((pair) => pair.every((model) => models.includes(model))),
  };
  const service = new LlamaServerService(
    config as unknown as ConfigStore,
    router as unknown as RouterService,
    processes as unknown as ProcessService,
  );
  const start = (model: string): boolean =>
    service.startModel(model, new AbortController().signal).isRunningAlready;
  return { states, loads, service, start };
}

describe('LlamaServerService', () => {
  it('lets no more starts through at once than the limit', () => {
    const { loads, start } = setup(2);
    start('a');
    start('b');
    expect(() => start('c')).toThrow('max parallel models reached (2 of 2 running)');
    expect(loads).toEqual(['a', 'b']);
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

  it('says whether there was something to stop', async () => {
    const { states, service } = setup(4);
    states.set('a', 'ready');
    expect(await service.stopModel('a', 0)).toBe(true);
    expect(await service.stopModel('a', 0)).toBe(false);
    expect(service.isRunning('a')).toBe(false);
  });
});

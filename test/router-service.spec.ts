import { Global, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONFIG_SOURCE, ConfigStore, DroverConfig } from '#lib/config';
import { CLOCK, DroverError, VirtualClock } from '#lib/foundation';
import { PluginConfigError } from '#lib/plugin-api';
import { Lease, ROUTED_PROCESSES, RouterModule, RouterService } from '#lib/router';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';
import { FakeProcesses } from '../libs/router/testing/fake-processes.js';

const model = { ttl: 0, unloadTimeout: 10, concurrencyLimit: 0, queueLimit: null, memory: null };

type Part = Pick<DroverConfig, 'models' | 'peers' | 'routing'>;

function config(overrides: Partial<DroverConfig['routing']> = {}): DroverConfig {
  const part = {
    models: new Map([
      ['a', { ...model, id: 'a', aliases: ['nick'] }],
      ['b', { ...model, id: 'b', aliases: [], concurrencyLimit: 1 }],
    ]),
    peers: new Map([['p', { id: 'p', models: ['far'] }]]),
    routing: {
      planner: { use: 'group', settings: { groups: new Map() } },
      scheduler: { use: 'fifo', settings: null },
      priority: new Map([['b', 5]]),
      ...overrides,
    },
  };
  return part as unknown as Part as DroverConfig;
}

async function start(current: DroverConfig) {
  const processes = new FakeProcesses(['a', 'b']);
  const clock = new VirtualClock(1_000_000);
  const events = new EventEmitter2();
  const announced: unknown[] = [];
  for (const name of ['swap.started', 'swap.ended', 'model.preloaded']) {
    events.on(name, (event: object) => announced.push({ name, ...event }));
  }
  @Global()
  @Module({
    providers: [
      { provide: CONFIG_SOURCE, useValue: () => expect.unreachable('nothing is read here') },
      ConfigStore,
      { provide: CLOCK, useValue: clock },
      { provide: EventEmitter2, useValue: events },
      { provide: ROUTED_PROCESSES, useValue: processes },
    ],
    exports: [ConfigStore, CLOCK, EventEmitter2, ROUTED_PROCESSES],
  })
  class GroundModule {
    constructor(store: ConfigStore) {
      store.replace(current);
    }
  }
  @Module({
    imports: [GroundModule, RouterModule.register()],
    providers: [GroupPlannerPlugin, FifoSchedulerPlugin],
  })
  class TestModule {}
  const options = { logger: false, abortOnError: false } as const;
  const context = await NestFactory.createApplicationContext(TestModule, options);
  const router = context.get(RouterService);
  return { context, router, processes, clock, announced };
}

describe('router service', () => {
  beforeEach(() => Logger.overrideLogger(false));
  afterEach(() => Logger.overrideLogger(true));

  it('takes planner and scheduler from the plugins that the configuration names', async () => {
    const { router, processes, clock } = await start(config());
    const { signal } = new AbortController();
    const pending = router.acquire({ model: 'a', signal });
    expect(pending).toBeInstanceOf(Promise);
    processes.fake('a').becomeReady();
    const lease = await pending;
    clock.advance(250);
    const direct = router.acquire({ model: 'a', signal });
    expect(direct).not.toBeInstanceOf(Promise);
    expect(direct as Lease).toMatchObject({ model: 'a', priority: 0, waitedMs: 0 });
    expect(router.snapshot().models[0]).toMatchObject({ model: 'a', state: 'ready', inFlight: 2 });
    lease.release();
    (direct as Lease)[Symbol.dispose]();
    expect(router.snapshot().models[0]).toMatchObject({
      inFlight: 0,
      serviceMs: expect.any(Number),
    });
  });

  it.each([
    { kind: 'planner', overrides: { planner: { use: 'tetris', settings: {} } }, has: 'group' },
    { kind: 'scheduler', overrides: { scheduler: { use: 'lifo', settings: {} } }, has: 'fifo' },
  ])('refuses to start with an unknown $kind', async ({ overrides, has }) => {
    const failure = await start(config(overrides)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DroverError);
    expect(failure).toMatchObject({ code: 'PLUGIN_UNKNOWN' });
    expect((failure as Error).message).toContain(`there are: ${has}`);
  });

  it('resolves ids, aliases and peers', async () => {
    const { router } = await start(config());
    expect(router.resolve('nick')).toEqual({ kind: 'local', model: 'a' });
    expect(router.resolve('far')).toEqual({ kind: 'peer', peer: 'p', model: 'far' });
    expect(router.resolve('nobody')).toBeNull();
  });

  it('preloads one after the other, judged by readiness, and announces each', async () => {
    const { router, processes, announced, clock } = await start(config());
    const all = router.preload(['nick', 'far', 'b']);
    await clock.advanceAsync(0);
    processes.fake('a').becomeReady();
    await clock.advanceAsync(0);
    processes.fake('a').finishStop();
    await clock.advanceAsync(0);
    processes.fake('b').failStart();
    await all;
    const atMs = 1_000_000;
    const swap = { id: 1, target: 'a', evict: [], atMs };
    expect(announced).toEqual([
      { name: 'swap.started', choice: '(default)', ...swap },
      { name: 'swap.ended', tookMs: 0, outcome: 'ready', error: null, ...swap },
      { name: 'model.preloaded', model: 'a', success: true, error: null, atMs },
      expect.objectContaining({ name: 'swap.started', target: 'b', evict: ['a'] }),
      expect.objectContaining({ name: 'swap.ended', target: 'b', outcome: 'failed' }),
      expect.objectContaining({ name: 'model.preloaded', model: 'b', success: false }),
    ]);
  });

  it('checks a new configuration before it applies it', async () => {
    const { router, processes } = await start(config());
    const groups = { g: { members: ['nobody'] } };
    const bad = config({ planner: { use: 'group', settings: { groups } } });
    expect(() => router.prepare(bad)).toThrow(PluginConfigError);
    const together = { g: { swap: false, members: ['a', 'b'] } };
    const good = config({ planner: { use: 'group', settings: { groups: together } } });
    expect(router.canRunTogether(['a', 'b'])).toBe(false);
    await router.apply(router.prepare(good), { changed: [], removed: [], drainMs: 1000 });
    expect(router.canRunTogether(['a', 'b'])).toBe(true);
    expect(processes.fake('a').calls).toEqual([]);
  });

  it('says which part of a new configuration needs a restart', async () => {
    const { router } = await start(config());
    expect(router.prepare(config()).needsRestart).toEqual([]);
    const other = config({ scheduler: { use: 'other', settings: null } });
    expect(() => router.prepare(other)).toThrow('there is no scheduler called "other"');
  });

  it('shuts down with the application', async () => {
    const { context, router, processes } = await start(config());
    processes.fake('a').beReady();
    const closed = context.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(processes.fake('a').calls).toEqual(['stop(shutdown, 30000)']);
    processes.fake('a').finishStop();
    await closed;
    const { signal } = new AbortController();
    await expect(router.acquire({ model: 'a', signal })).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    });
  });

  it('refuses a client that is gone already', async () => {
    const { router, processes } = await start(config());
    const result = router.acquire({ model: 'a', signal: AbortSignal.abort() });
    await expect(result).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(processes.fake('a').calls).toEqual([]);
  });
});

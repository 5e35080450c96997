import { describe, expect, it } from 'vitest';
import { Planner, PlannerPlugin } from '#lib/plugin-api';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { MatrixPlannerPlugin } from '#plugin/planner-matrix';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';
import { RigModel, RouterRig } from '../libs/router/testing/router-rig.js';

function plannerOf(plugin: PlannerPlugin, ids: readonly string[], settings: unknown): Planner {
  return plugin.createPlanner({
    models: ids.map((id) => ({ id, memory: null })),
    settings,
    resolve: (name) => (ids.includes(name) ? name : null),
  });
}

interface Setup {
  readonly models: Record<string, RigModel>;
  readonly groups?: Record<string, unknown>;
  readonly ready?: readonly string[];
}

describe.each([
  { name: 'fifo', scheduler: new FifoSchedulerPlugin(), schedulerSettings: null },
  // Putting swaps off is left out: it would only add a pause between the same events.
  { name: 'fair', scheduler: new FairSchedulerPlugin(), schedulerSettings: { hold: 0 } },
])('races of the router under $name', ({ name, ...choice }) => {
  function grouped({ models, groups = {}, ready }: Setup): RouterRig {
    const planner = plannerOf(new GroupPlannerPlugin(), Object.keys(models), { groups });
    return new RouterRig({ models, planner, ...choice, ready });
  }

  function matrix(models: Record<string, RigModel>, sets: Record<string, string>, ready: string[]) {
    const planner = plannerOf(new MatrixPlannerPlugin(), Object.keys(models), { sets });
    return new RouterRig({ models, planner, ...choice, ready });
  }

  it('7.1 keeps a model that a request was just granted, whatever comes before the forward', async () => {
    const rig = grouped({ models: { a: {}, b: {} }, ready: ['a'] });
    const first = rig.request('a');
    const second = rig.request('b');
    await rig.settle();
    expect(first.immediate).toBe(true);
    expect(rig.process('a').calls).toEqual([]);
    expect(rig.process('b').state).toBe('stopped');
    expect(second).toMatchObject({ lease: null, error: null });
    await rig.done(first);
    await rig.stopped('a');
    await rig.ready('b');
    expect(second.lease?.model).toBe('b');
    expect(second.lease?.upstream.host).toBe('b.invalid');
  });

  it('7.2 interrupts a start that an unload meets', async () => {
    const rig = grouped({ models: { a: {} } });
    const waiting = rig.request('a');
    const unloaded = rig.core.unload(['a']);
    await rig.settle();
    expect(waiting.error).toBe('MODEL_UNLOADED');
    expect(rig.process('a').dying).toBe(true);
    await rig.stopped('a');
    await unloaded;
    expect(rig.process('a')).toMatchObject({ state: 'stopped', starts: 1 });
  });

  it('7.3 counts a loading model as live, for the matrix too', async () => {
    const rig = matrix({ a: {}, b: {} }, { a: 'a', b: 'b' }, []);
    const first = rig.request('a');
    const second = rig.request('b');
    await rig.settle();
    expect(rig.process('b').starts).toBe(0);
    await rig.ready('a');
    expect(rig.process('a').state).toBe('ready');
    await rig.done(first);
    await rig.stopped('a');
    await rig.ready('b');
    expect(second.lease?.model).toBe('b');
  });

  it('7.4 asks for a new start while an idle unload is still going on', async () => {
    const rig = grouped({ models: { a: { ttlMs: 1000 } }, ready: ['a'] });
    rig.clock.advance(1000);
    expect(rig.process('a').state).toBe('stopping');
    const request = rig.request('a');
    await rig.settle();
    expect(rig.process('a').calls).toEqual(['stop(ttl, 10000)', 'ensureReady']);
    expect(rig.process('a').state).toBe('stopping');
    await rig.stopped('a');
    expect(rig.process('a').state).toBe('starting');
    await rig.ready('a');
    expect(request.lease?.model).toBe('a');
    expect(rig.process('a').starts).toBe(2);
    expect(rig.swaps()).toEqual([]);
  });

  it.each(['before', 'after'])(
    '7.5 survives a client that leaves just %s the grant',
    async (when) => {
      const rig = grouped({ models: { a: {}, b: {} } });
      const leaving = rig.request('a');
      if (when === 'before') {
        leaving.client.abort();
        rig.process('a').becomeReady();
      } else {
        rig.process('a').becomeReady();
        leaving.client.abort();
      }
      await rig.settle();
      expect(leaving.error).toBe('CANCELLED');
      expect(rig.core.snapshot().scheduler.inFlight.size).toBe(0);
      expect(rig.core.snapshot().scheduler.reserved.size).toBe(0);
      rig.request('b');
      await rig.settle();
      expect(rig.swaps()).toEqual(['b<-a']);
    },
  );

  it('7.5 counts a grant until its release when the client leaves after it', async () => {
    const rig = grouped({ models: { a: {}, b: {} }, ready: ['a'] });
    const granted = rig.request('a');
    rig.request('b');
    granted.client.abort();
    await rig.settle();
    expect(rig.swaps()).toEqual([]);
    await rig.done(granted);
    granted.lease?.release();
    await rig.settle();
    expect(rig.swaps()).toEqual(['b<-a']);
    expect(rig.core.snapshot().scheduler.inFlight.size).toBe(0);
  });

  it('7.6 queues a second model of a group before the first has changed any state', async () => {
    const rig = grouped({ models: { a: {}, b: {} } });
    const first = rig.request('a');
    const positions: number[] = [];
    rig.request('b', (position) => positions.push(position));
    await rig.settle();
    expect(positions).toEqual([1]);
    expect(rig.process('b').starts).toBe(0);
    await rig.ready('a');
    await rig.done(first);
    expect(rig.process('a').calls).toEqual(['ensureReady', 'stop(swap, 10000)']);
  });

  it('7.7 stops a model once that two compatible swaps need gone', async () => {
    const rig = matrix({ a: {}, b: {}, x: {} }, { ab: 'a & b', x: 'x' }, ['x']);
    const stops: string[] = [];
    rig.core.observe({ stopping: ({ model }) => stops.push(model) });
    rig.request('a');
    rig.request('b');
    await rig.settle();
    expect(stops).toEqual(['x']);
    await rig.stopped('x');
    await rig.ready('a');
    await rig.ready('b');
    expect(stops).toEqual(['x']);
  });

  it('7.8 answers waiters before the unloaded child is dead', async () => {
    const rig = grouped({ models: { a: {} } });
    const waiting = [rig.request('a'), rig.request('a')];
    let returned = false;
    void rig.core.unload(['a']).then(() => (returned = true));
    await rig.settle();
    expect(waiting.map(({ error }) => error)).toEqual(['MODEL_UNLOADED', 'MODEL_UNLOADED']);
    expect(returned).toBe(false);
    await rig.stopped('a');
    expect(returned).toBe(true);
    expect(rig.process('a').starts).toBe(1);
  });

  it('7.9 drops what is queued for an unloaded model and touches nothing else', async () => {
    const rig = grouped({ models: { a: {}, b: {} } });
    const first = rig.request('a');
    const queued = rig.request('b');
    await rig.core.unload(['b']);
    expect(queued.error).toBe('MODEL_UNLOADED');
    await rig.ready('a');
    expect(first.lease?.model).toBe('a');
    expect(rig.process('b').calls).toEqual([]);
  });

  it('7.10 fails the waiters of a start that crashes and goes on with the queue', async () => {
    const rig = grouped({ models: { a: {}, b: {}, c: {} }, ready: ['a'] });
    const waiting = [rig.request('b'), rig.request('b')];
    const queued = rig.request('c');
    await rig.settle();
    await rig.stopped('a');
    rig.process('b').failStart();
    await rig.settle();
    expect(waiting.map(({ error }) => error)).toEqual(['MODEL_START_FAILED', 'MODEL_START_FAILED']);
    expect(rig.process('a').state).toBe('stopped');
    await rig.ready('c');
    expect(queued.lease?.model).toBe('c');
    await rig.done(queued);
    const again = rig.request('b');
    await rig.settle();
    await rig.stopped('c');
    await rig.ready('b');
    expect(again.lease?.model).toBe('b');
  });

  it('7.11 does not wait for requests in flight when it unloads', async () => {
    const rig = grouped({ models: { a: {} }, ready: ['a'] });
    const hung = [rig.request('a'), rig.request('a'), rig.request('a')];
    let returned = false;
    void rig.core.unload(null).then(() => (returned = true));
    await rig.stopped('a');
    expect(returned).toBe(true);
    for (const request of hung) await rig.done(request);
    expect(rig.core.snapshot().scheduler.reserved.size).toBe(0);
  });

  it('7.14 waits for every process at shutdown and gives each the whole budget', async () => {
    const groups = { g: { swap: false, members: ['a', 'b'] } };
    const rig = grouped({ models: { a: {}, b: {}, c: {} }, groups, ready: ['a', 'b'] });
    const served = rig.request('a');
    const other = rig.request('b');
    const queued = rig.request('c');
    let ended = false;
    void rig.core.shutdown(5000).then(() => (ended = true));
    await rig.settle();
    expect(rig.process('a').calls).toEqual(['stop(shutdown, 5000)']);
    expect(queued.error).toBe('SHUTTING_DOWN');
    await rig.stopped('a');
    expect(ended).toBe(false);
    await rig.stopped('b');
    expect(ended).toBe(true);
    const late = rig.request('a');
    await rig.done(served);
    await rig.done(other);
    expect(late.error).toBe('SHUTTING_DOWN');
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it.each([
    { given: undefined, used: 45_000 },
    { given: 0, used: 45_000 },
    { given: 200, used: 200 },
  ])('7.16 unloads with $used ms when the caller gives $given', async ({ given, used }) => {
    const rig = grouped({ models: { a: { unloadTimeoutMs: 45_000 } }, ready: ['a'] });
    void rig.core.unload(['a'], given);
    await rig.settle();
    expect(rig.process('a').calls).toEqual([`stop(unload, ${used})`]);
  });

  it('7.18 refuses what exceeds the limit at once, before anything is streamed', async () => {
    const rig = grouped({ models: { a: { concurrencyLimit: 2 } } });
    rig.request('a');
    rig.request('a');
    const third = rig.request('a', () => expect.unreachable('a position was told'));
    await rig.settle();
    expect(third.error).toBe('CONCURRENCY_LIMIT');
  });

  it('7.19 loads nothing for a queued client that has left, and frees its slot', async () => {
    const rig = grouped({ models: { a: {}, b: { concurrencyLimit: 1 } }, ready: ['a'] });
    const first = rig.request('a');
    const queued = rig.request('b');
    queued.client.abort();
    const next = rig.request('b');
    await rig.settle();
    expect(next.error).toBeNull();
    next.client.abort();
    await rig.done(first);
    expect(rig.process('b').calls).toEqual([]);
    expect(rig.process('a').calls).toEqual([]);
  });

  it('7.20 never starts a model that was unloaded while its victims were stopping', async () => {
    const rig = grouped({ models: { a: {}, b: {}, c: {} }, ready: ['a'] });
    const waiting = rig.request('b');
    await rig.core.unload(['b']);
    expect(waiting.error).toBe('MODEL_UNLOADED');
    const other = rig.request('c');
    await rig.stopped('a');
    expect(rig.process('b').calls).not.toContain('ensureReady');
    await rig.ready('c');
    expect(other.lease?.model).toBe('c');
    expect(rig.process('b').starts).toBe(0);
  });

  it('7.21 serves a request that comes while an unload kills the start', async () => {
    const rig = grouped({ models: { a: {} } });
    const first = rig.request('a');
    void rig.core.unload(['a']);
    const second = rig.request('a');
    await rig.settle();
    expect(first.error).toBe('MODEL_UNLOADED');
    await rig.stopped('a');
    await rig.ready('a');
    expect(second.lease?.model).toBe('a');
  });

  it('7.22 lets no late outcome of a swap that was given up clear a newer one', async () => {
    const groups = { keep: { swap: true, exclusive: true, persistent: true, members: ['c'] } };
    const rig = grouped({ models: { b: {}, c: {} }, groups });
    rig.request('c');
    const served = rig.request('b');
    await rig.ready('b');
    await rig.done(served);
    void rig.core.unload(['c']);
    const third = rig.request('c');
    const fourth = rig.request('b');
    await rig.stopped('c');
    // Under fifo an unload holds up everybody, and the third request comes before the fourth.
    const isHeldUp = name === 'fifo';
    expect(rig.swaps()).toEqual(isHeldUp ? ['c<-b'] : []);
    expect(fourth.lease?.model).toBe(isHeldUp ? undefined : 'b');
    if (!isHeldUp) await rig.done(fourth);
    await rig.stopped('b');
    await rig.ready('c');
    expect(third.lease?.model).toBe('c');
    if (isHeldUp) await rig.ready('b');
    expect(fourth.lease?.model).toBe('b');
  });

  it('7.23 starts the idle clock when the model becomes ready', async () => {
    const rig = grouped({ models: { a: { ttlMs: 600_000 } } });
    const left = rig.request('a');
    left.client.abort();
    await rig.clock.advanceAsync(5000);
    await rig.ready('a');
    await rig.clock.advanceAsync(599_999);
    expect(rig.process('a').state).toBe('ready');
    await rig.clock.advanceAsync(1);
    expect(rig.process('a').state).toBe('stopping');
  });

  it('7.24 keeps a model whose request came before the idle unload', async () => {
    const rig = grouped({ models: { a: { ttlMs: 1000 } }, ready: ['a'] });
    rig.clock.advance(999);
    const request = rig.request('a');
    await rig.clock.advanceAsync(5000);
    expect(rig.process('a').calls).toEqual([]);
    await rig.done(request);
    await rig.clock.advanceAsync(999);
    expect(rig.process('a').state).toBe('ready');
    await rig.clock.advanceAsync(1);
    expect(rig.process('a').calls).toEqual(['stop(ttl, 10000)']);
  });

  it('7.24 restarts a model for a request that comes after the idle unload', async () => {
    const rig = grouped({ models: { a: { ttlMs: 1000 } }, ready: ['a'] });
    rig.clock.advance(1000);
    const request = rig.request('a');
    expect(request.immediate).toBe(false);
    await rig.stopped('a');
    await rig.ready('a');
    expect(request.lease?.model).toBe('a');
  });

  it('7.25 leaves a second instance alone that the idle unload of the first did not mean', async () => {
    const rig = grouped({ models: { a: { ttlMs: 1000 }, b: {} }, ready: ['a'] });
    rig.clock.advance(999);
    const other = rig.request('b');
    await rig.stopped('a');
    await rig.ready('b');
    await rig.done(other);
    const again = rig.request('a');
    await rig.stopped('b');
    await rig.ready('a');
    await rig.clock.advanceAsync(1);
    expect(rig.process('a')).toMatchObject({ state: 'ready', starts: 2 });
    await rig.done(again);
  });

  it('7.27 loads once more when the server dies between readiness and grant', async () => {
    const rig = grouped({ models: { a: {} } });
    const request = rig.request('a');
    await rig.settle();
    rig.process('a').becomeReady();
    rig.process('a').crash();
    await rig.settle();
    expect(request).toMatchObject({ lease: null, error: null });
    await rig.ready('a');
    expect(request.lease?.model).toBe('a');
  });

  it('7.27 gives up when the server dies twice in that instant', async () => {
    const rig = grouped({ models: { a: {} } });
    const request = rig.request('a');
    for (let round = 0; round < 2; round++) {
      await rig.settle();
      rig.process('a').becomeReady();
      rig.process('a').crash();
    }
    await rig.settle();
    expect(request.error).toBe('MODEL_NOT_READY');
    expect(rig.process('a')).toMatchObject({ state: 'stopped', starts: 2 });
  });

  it('7.29 loads nothing for a client that leaves as its only blocker ends', async () => {
    const rig = grouped({ models: { a: {}, b: {} }, ready: ['a'] });
    const blocker = rig.request('a');
    const queued = rig.request('b');
    queued.client.abort();
    await rig.done(blocker);
    expect(rig.process('b').calls).toEqual([]);
    expect(rig.core.snapshot().scheduler.reserved.size).toBe(0);
  });

  it('7.30 drops the waiters of all targets before it stops the first', async () => {
    const groups = { g: { swap: false, members: ['a', 'b'] } };
    const models = { a: {}, b: { unloadTimeoutMs: 45_000 }, c: {} };
    const rig = grouped({ models, groups, ready: ['a'] });
    const loading = rig.request('b');
    const order: string[] = [];
    rig.core.observe({
      failed: ({ model }) => order.push(`failed ${model}`),
      stopping: ({ model }) => order.push(`stop ${model}`),
    });
    void rig.core.unload(['a', 'b']);
    await rig.settle();
    expect(loading.error).toBe('MODEL_UNLOADED');
    expect(order).toEqual(['failed b', 'stop a', 'stop b']);
    expect(rig.process('b').calls).toContain('stop(unload, 45000)');
    await rig.stopped('a');
    await rig.stopped('b');
    expect(rig.process('b').starts).toBe(1);
  });
});

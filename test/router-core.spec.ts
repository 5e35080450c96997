import { describe, expect, it } from 'vitest';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';
import { RigModel, RigRequest, RouterRig } from '../libs/router/testing/router-rig.js';

function rigOf(models: Record<string, RigModel>, ready: string[] = []): RouterRig {
  const ids = Object.keys(models);
  return new RouterRig({
    models,
    planner: planner(ids),
    scheduler: new FifoSchedulerPlugin(),
    ready,
  });
}

function planner(ids: readonly string[], groups: Record<string, unknown> = {}) {
  return new GroupPlannerPlugin().createPlanner({
    models: ids.map((id) => ({ id, memory: null })),
    settings: { groups },
    resolve: (name) => (ids.includes(name) ? name : null),
  });
}

function states(requests: readonly RigRequest[]): string {
  return requests.map(({ lease, error }) => (lease ? 'granted' : (error ?? 'waits'))).join(' ');
}

const nothing = { changed: [], removed: [], drainMs: 1000 };

describe('limits', () => {
  it('forward up to the limit, queue up to the queue limit, refuse the rest', async () => {
    const rig = rigOf({ a: { concurrencyLimit: 2, queueLimit: 2 } }, ['a']);
    const requests = Array.from({ length: 5 }, () => rig.request('a'));
    await rig.settle();
    expect(states(requests)).toBe('granted granted waits waits CONCURRENCY_LIMIT');
    await rig.done(requests[1]!);
    expect(states(requests)).toBe('granted granted granted waits CONCURRENCY_LIMIT');
    const late = rig.request('a');
    await rig.settle();
    expect(states([late])).toBe('waits');
    await rig.done(requests[0]!);
    await rig.done(requests[2]!);
    expect(states([...requests, late])).not.toContain('waits');
  });

  it('keep order and limit when a load ends with more waiters than places', async () => {
    const rig = rigOf({ a: { concurrencyLimit: 1, queueLimit: 5 } });
    const requests = Array.from({ length: 3 }, () => rig.request('a'));
    await rig.ready('a');
    const late = rig.request('a');
    await rig.settle();
    expect(states([...requests, late])).toBe('granted waits waits waits');
    for (const [index, request] of requests.entries()) {
      await rig.done(request);
      expect(states([...requests, late]).split(' ')[index + 1]).toBe('granted');
    }
  });

  it('count waiting requests too when there is no queue limit', async () => {
    const rig = rigOf({ a: { concurrencyLimit: 2 }, b: {} }, ['b']);
    const busy = rig.request('b');
    const requests = Array.from({ length: 3 }, () => rig.request('a'));
    await rig.settle();
    expect(states([busy, ...requests])).toBe('granted waits waits CONCURRENCY_LIMIT');
  });

  it('tell when to come again, from what was measured', async () => {
    const rig = rigOf({ a: { concurrencyLimit: 1, queueLimit: 0 } }, ['a']);
    const first = rig.request('a');
    await rig.clock.advanceAsync(9000);
    await rig.done(first);
    rig.request('a');
    const { signal } = new AbortController();
    await expect(rig.core.acquire({ model: 'a', signal })).rejects.toMatchObject({
      code: 'CONCURRENCY_LIMIT',
      retryAfterSeconds: 9,
    });
  });

  it('refuse a model that nobody has configured', async () => {
    const rig = rigOf({ a: {} });
    const request = rig.request('ghost');
    await rig.settle();
    expect(request.error).toBe('MODEL_NOT_FOUND');
  });
});

describe('order', () => {
  it('serves the highest priority first and tells positions as they change', async () => {
    const rig = rigOf({ a: {}, low: {}, high: { priority: 5 } }, ['a']);
    const busy = rig.request('a');
    const told: string[] = [];
    const low = rig.request('low', (position) => told.push(`low ${position}`));
    const high = rig.request('high', (position) => told.push(`high ${position}`));
    await rig.settle();
    expect(told).toEqual(['low 1', 'high 1', 'low 2']);
    await rig.done(busy);
    await rig.stopped('a');
    await rig.ready('high');
    expect(states([low, high])).toBe('waits granted');
    expect(high.lease).toMatchObject({ priority: 5, waitedMs: 0 });
    expect(told.at(-1)).toBe('low 1');
  });

  it('re-sorts what waits when a reload changes priorities', async () => {
    const models = { a: {}, b: {}, c: {} };
    const rig = rigOf(models, ['a']);
    const busy = rig.request('a');
    rig.request('b');
    rig.request('c');
    await rig.core.reconfigure(rig.settings({ ...models, c: { priority: 1 } }), nothing);
    await rig.done(busy);
    await rig.stopped('a');
    expect(rig.process('c').state).toBe('starting');
  });
});

describe('unload', () => {
  it('holds other requests back while it runs, as the reference does', async () => {
    const groups = {
      x: { exclusive: false, members: ['a'] },
      y: { exclusive: false, members: ['b'] },
    };
    const rig = new RouterRig({
      models: { a: {}, b: {} },
      planner: planner(['a', 'b'], groups),
      scheduler: new FifoSchedulerPlugin(),
      ready: ['a', 'b'],
    });
    void rig.core.unload(['a']);
    const other = rig.request('b');
    await rig.settle();
    expect(states([other])).toBe('waits');
    await rig.stopped('a');
    expect(states([other])).toBe('granted');
  });

  it('takes a second unload only after the first, and both return', async () => {
    const groups = { g: { swap: false, members: ['a', 'b'] } };
    const rig = new RouterRig({
      models: { a: {}, b: {} },
      planner: planner(['a', 'b'], groups),
      scheduler: new FifoSchedulerPlugin(),
      ready: ['a', 'b'],
    });
    const returned: string[] = [];
    void rig.core.unload(['a']).then(() => returned.push('a'));
    void rig.core.unload(['b'], 500).then(() => returned.push('b'));
    await rig.settle();
    expect(rig.process('b').calls).toEqual([]);
    await rig.stopped('a');
    expect(rig.process('b').calls).toEqual(['stop(unload, 500)']);
    await rig.stopped('b');
    expect(returned).toEqual(['a', 'b']);
  });

  it('returns at once for what is not loaded or not there', async () => {
    const rig = rigOf({ a: {} });
    await rig.core.unload(['a', 'ghost']);
    await rig.core.unload(null);
    expect(rig.process('a').calls).toEqual([]);
  });
});

describe('reload', () => {
  it('leaves processes alone when only settings change, and applies them in place', async () => {
    const rig = rigOf({ a: {}, b: {} }, ['a']);
    const settings = rig.settings({ a: { ttlMs: 2000 }, b: {} });
    await rig.core.reconfigure(settings, nothing);
    await rig.clock.advanceAsync(1999);
    expect(rig.process('a').calls).toEqual([]);
    await rig.clock.advanceAsync(1);
    expect(rig.process('a').calls).toEqual(['stop(ttl, 10000)']);
  });

  it('drains a changed model, stops it and serves who waited from the new instance', async () => {
    const rig = rigOf({ a: {} }, ['a']);
    const old = rig.request('a');
    let ended = false;
    void rig.core
      .reconfigure(rig.settings({ a: {} }), { ...nothing, changed: ['a'] })
      .then(() => (ended = true));
    const next = rig.request('a');
    await rig.settle();
    expect(states([old, next])).toBe('granted waits');
    expect(rig.process('a').calls).toEqual([]);
    await rig.done(old);
    expect(rig.process('a').calls).toEqual(['stop(reload, 10000)']);
    expect(ended).toBe(false);
    await rig.stopped('a');
    expect(ended).toBe(true);
    await rig.ready('a');
    expect(next.lease?.model).toBe('a');
    expect(rig.process('a').starts).toBe(2);
  });

  it('keeps the waiters of a changed model that is just starting', async () => {
    const rig = rigOf({ a: {} });
    const waiting = rig.request('a');
    void rig.core.reconfigure(rig.settings({ a: {} }), { ...nothing, changed: ['a'] });
    await rig.settle();
    expect(rig.process('a').dying).toBe(true);
    await rig.stopped('a');
    await rig.ready('a');
    expect(waiting.lease?.model).toBe('a');
  });

  it('waits no longer than the drain time for requests in flight', async () => {
    const rig = rigOf({ a: {} }, ['a']);
    rig.request('a');
    void rig.core.reconfigure(rig.settings({ a: {} }), { ...nothing, changed: ['a'] });
    await rig.clock.advanceAsync(999);
    expect(rig.process('a').calls).toEqual([]);
    await rig.clock.advanceAsync(1);
    expect(rig.process('a').calls).toEqual(['stop(reload, 10000)']);
  });

  it('starts a model only when those whose place it takes have ended', async () => {
    const rig = rigOf({ a: {}, b: {} }, ['a']);
    const served = rig.request('a');
    const after = new Map([['b', ['a']]]);
    void rig.core.reconfigure(rig.settings({ b: {} }), { ...nothing, removed: ['a'], after });
    const waiting = rig.request('b');
    await rig.settle();
    await rig.done(served);
    expect(rig.process('b').calls).toEqual([]);
    await rig.stopped('a');
    await rig.ready('b');
    expect(waiting.lease?.model).toBe('b');
  });

  it('lets two changed models that exchange their ports start when both have ended', async () => {
    const rig = rigOf({ a: { concurrencyLimit: 1 }, b: {} }, ['a']);
    const served = rig.request('a');
    const after = new Map([
      ['b', ['a']],
      ['a', ['b']],
    ]);
    const what = { ...nothing, changed: ['a', 'b'], after };
    void rig.core.reconfigure(rig.settings({ a: {}, b: {} }), what);
    const waiting = rig.request('a');
    await rig.settle();
    expect(rig.process('a').calls).toEqual([]);
    await rig.done(served);
    await rig.stopped('a');
    await rig.ready('a');
    expect(waiting.lease?.model).toBe('a');
  });

  it('fails who waits for a removed model and refuses it afterwards', async () => {
    const rig = rigOf({ a: {}, b: {} }, ['a']);
    const served = rig.request('a');
    const waiting = rig.request('b');
    const settings = rig.settings({ a: {} });
    await rig.core.reconfigure(settings, { ...nothing, removed: ['b'] });
    expect(states([served, waiting])).toBe('granted MODEL_UNLOADED');
    const late = rig.request('b');
    await rig.settle();
    expect(late.error).toBe('MODEL_NOT_FOUND');
  });

  it('stops a removed model when its last request has ended', async () => {
    const rig = rigOf({ a: {}, b: {} }, ['b']);
    const served = rig.request('b');
    let ended = false;
    void rig.core
      .reconfigure(rig.settings({ a: {} }), { ...nothing, removed: ['b'] })
      .then(() => (ended = true));
    const other = rig.request('a');
    await rig.settle();
    expect(rig.process('b').calls).toEqual([]);
    await rig.done(served);
    await rig.stopped('b');
    expect(ended).toBe(true);
    await rig.ready('a');
    expect(other.lease?.model).toBe('a');
  });
});

describe('drain and shutdown', () => {
  it('serves ready models and loads nothing any more while it drains', async () => {
    const rig = rigOf({ a: {}, b: {} }, ['a']);
    rig.core.drain();
    const served = rig.request('a');
    await rig.settle();
    expect(states([served])).toBe('granted');
    const cold = rig.request('b');
    await rig.done(served);
    expect(states([cold])).toBe('SHUTTING_DOWN');
    expect(rig.process('a').calls).toEqual([]);
    expect(rig.core.snapshot().phase).toBe('draining');
  });

  it('interrupts a start, refuses unloads and reloads, and shares the second call', async () => {
    const rig = rigOf({ a: {}, b: {} });
    const waiting = rig.request('a');
    const first = rig.core.shutdown(0);
    expect(rig.core.shutdown(5000)).toBe(first);
    await rig.settle();
    expect(waiting.error).toBe('SHUTTING_DOWN');
    expect(rig.process('a').calls.at(-1)).toBe('stop(shutdown, 1)');
    await expect(rig.core.unload(['b'])).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    const reload = rig.core.reconfigure(rig.settings({ a: {} }), nothing);
    await expect(reload).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await rig.stopped('a');
    await first;
    expect(rig.process('a').starts).toBe(1);
  });

  it('does not load what was to follow an eviction', async () => {
    const rig = rigOf({ a: {}, b: {} }, ['a']);
    rig.request('b');
    await rig.settle();
    const ended = rig.core.shutdown(1000);
    await rig.stopped('a');
    await ended;
    expect(rig.process('b').calls).toEqual([]);
  });
});

describe('what observers see', () => {
  it('is every swap, grant, end and failure', async () => {
    const rig = rigOf({ a: {}, b: { concurrencyLimit: 1 } }, ['a']);
    const seen: string[] = [];
    rig.core.observe({
      swapStarted: ({ order }) => seen.push(`swap ${order.target}<-${order.evict.join()}`),
      swapEnded: ({ order, tookMs, error }) => seen.push(`end ${order.target} ${tookMs} ${error}`),
      granted: ({ model, waitedMs }) => seen.push(`granted ${model} ${waitedMs}`),
      released: ({ model, servedMs }) => seen.push(`released ${model} ${servedMs}`),
      rejected: ({ model, rejection }) => seen.push(`rejected ${model} ${rejection}`),
      failed: ({ model, code }) => seen.push(`failed ${model} ${code}`),
      stopping: ({ model, reason }) => seen.push(`stopping ${model} ${reason}`),
    });
    const request = rig.request('b');
    rig.request('b');
    await rig.clock.advanceAsync(100);
    await rig.stopped('a');
    await rig.clock.advanceAsync(400);
    await rig.ready('b');
    await rig.clock.advanceAsync(30);
    await rig.done(request);
    expect(seen).toEqual([
      'swap b<-a',
      'stopping a swap',
      'rejected b limit',
      'failed b CONCURRENCY_LIMIT',
      'end b 500 null',
      'granted b 500',
      'released b 30',
    ]);
  });

  it('does not stop the router when an observer throws', async () => {
    const rig = rigOf({ a: {} }, ['a']);
    const stop = rig.core.observe({
      granted: () => {
        throw new Error('full');
      },
    });
    expect(rig.request('a').immediate).toBe(true);
    expect(rig.logged).toEqual(['an observer of the router failed: Error: full']);
    stop();
    rig.request('a');
    expect(rig.logged).toHaveLength(1);
  });

  it('leaves what may not count as use uncounted', () => {
    const rig = rigOf({ a: {}, b: {} }, ['a']);
    expect(rig.core.upstreamIfReady('a')?.host).toBe('a.invalid');
    expect(rig.core.upstreamIfReady('b')).toBeNull();
    expect(rig.core.upstreamIfReady('ghost')).toBeNull();
    expect(rig.process('b').calls).toEqual([]);
    expect(rig.core.snapshot().models[0]).toMatchObject({ inFlight: 0 });
  });
});

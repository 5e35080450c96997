import { describe, expect, it } from 'vitest';
import { SwapDecision, SwapDecisionLog } from '#lib/router';
import { MatrixPlannerPlugin } from '#plugin/planner-matrix';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';
import { RouterRig } from '../libs/router/testing/router-rig.js';

function rig(sets: Record<string, string>, ready: string[]) {
  const ids = ['a', 'b', 'c'];
  const planner = new MatrixPlannerPlugin().createPlanner({
    models: ids.map((id) => ({ id, memory: null })),
    settings: { sets },
    resolve: (name) => (ids.includes(name) ? name : null),
  });
  const scheduler = new FairSchedulerPlugin();
  const router = new RouterRig({ models: { a: {}, b: {}, c: {} }, planner, scheduler, ready });
  const told: SwapDecision[] = [];
  const log = new SwapDecisionLog(router.clock, (decision) => told.push(decision));
  router.core.observe(log);
  return { router, log, told };
}

describe('SwapDecisionLog', () => {
  it('tells what was asked, what ran, what was weighed, what went and how it ended', async () => {
    const { router, log, told } = rig({ ac: 'a & c', bc: 'b & c' }, ['a', 'b']);
    router.request('c');
    await router.settle();
    expect(told).toMatchObject([{ target: 'c', outcome: 'running', tookMs: null }]);
    await router.stopped('b');
    router.clock.advance(700);
    await router.ready('c');
    expect(log.list()).toEqual([
      {
        id: 1,
        atMs: 0,
        target: 'c',
        waiting: 1,
        running: [
          { model: 'a', state: 'ready', inFlight: 0, waiting: 0, idleMs: 0 },
          { model: 'b', state: 'ready', inFlight: 0, waiting: 0, idleMs: 0 },
        ],
        evicted: ['b'],
        choice: 'ac',
        cost: 1,
        candidates: [
          { evict: ['b'], cost: 1, choice: 'ac' },
          { evict: ['a'], cost: 1, choice: 'bc' },
        ],
        waitReason: null,
        outcome: 'ready',
        tookMs: 700,
        error: null,
      },
    ]);
  });

  it('tells why a request had to wait before its swap began', async () => {
    const { router, log } = rig({ one: 'a | b | c' }, ['a']);
    const first = router.request('a');
    router.request('b');
    await router.settle();
    const reasons = router.core.snapshot().scheduler.waitReasons;
    expect(reasons).toEqual(new Map([['b', { kind: 'busy', models: ['a'] }]]));
    await router.done(first);
    expect(log.list()[0]).toMatchObject({
      target: 'b',
      evicted: ['a'],
      waitReason: { kind: 'busy', models: ['a'] },
    });
  });

  it('tells how a swap failed, and which one was given up', async () => {
    const { router, log } = rig({ one: 'a | b | c' }, []);
    const left = router.request('a');
    await router.settle();
    left.client.abort();
    router.request('b');
    await router.settle();
    await router.stopped('a');
    router.process('b').failStart();
    await router.settle();
    expect(log.list().map(({ target, outcome }) => [target, outcome])).toEqual([
      ['b', 'failed'],
      ['a', 'cancelled'],
    ]);
    expect(log.list()[0]!.error).toMatch(/\S/);
  });

  it('forgets the oldest', () => {
    const { router } = rig({ one: 'a' }, []);
    const log = new SwapDecisionLog(router.clock);
    const question = { target: 'a', resident: [], nowMs: 0 };
    for (let id = 1; id <= 300; id += 1) {
      log.swapStarted({ order: { id, target: 'a', evict: [] }, plan: { evict: [] }, question });
    }
    expect(log.list().map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, i) => 300 - i));
  });

  it('answers what would be without doing it', async () => {
    const { router } = rig({ ac: 'a & c', bc: 'b & c' }, ['a', 'b']);
    expect(router.core.whatIf('c', null)).toMatchObject({ evict: ['b'], choice: 'ac' });
    expect(router.core.whatIf('a', ['b', 'c'])).toMatchObject({ evict: ['b'], choice: 'ac' });
    await router.settle();
    expect(router.swaps()).toEqual([]);
  });
});

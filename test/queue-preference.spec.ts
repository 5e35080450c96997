import { describe, expect, it } from 'vitest';
import { SchedulerPlugin } from '#lib/plugin-api';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';
import { RouterRig } from '../libs/router/testing/router-rig.js';

/** Three models of which one fits at a time; `a` is ready. */
function rigOf(scheduler: SchedulerPlugin): RouterRig {
  const ids = ['a', 'b', 'c'];
  const planner = new GroupPlannerPlugin().createPlanner({
    models: ids.map((id) => ({ id, memory: null })),
    settings: { groups: {} },
    resolve: (name) => name,
  });
  const models = Object.fromEntries(ids.map((id) => [id, {}]));
  return new RouterRig({ models, planner, scheduler, ready: ['a'] });
}

describe('a model preferred by hand', () => {
  it('is served before what came earlier, once what runs has ended', async () => {
    const rig = rigOf(new FairSchedulerPlugin());
    const served = rig.request('a');
    const places: number[] = [];
    const earlier = rig.request('b');
    const later = rig.request('c', (place) => places.push(place));
    await rig.settle();
    expect(rig.core.prefer('c')).toBe(true);
    await rig.settle();
    expect(places.at(-1)).toBe(1);
    expect(rig.process('a').calls).toEqual([]);
    await rig.done(served);
    await rig.stopped('a');
    await rig.ready('c');
    expect([later.lease?.model, earlier.lease]).toEqual(['c', null]);
    await rig.done(later);
    await rig.clock.advanceAsync(5000);
    await rig.stopped('c');
    await rig.ready('b');
    expect(earlier.lease?.model).toBe('b');
    await rig.done(earlier);
  });

  it('changes nothing when nobody waits for it, or when it is being loaded', async () => {
    const rig = rigOf(new FairSchedulerPlugin());
    expect([rig.core.prefer('b'), rig.core.prefer('nobody')]).toEqual([false, false]);
    const request = rig.request('b');
    await rig.settle();
    expect(rig.core.prefer('b')).toBe(false);
    await rig.stopped('a');
    await rig.ready('b');
    await rig.done(request);
  });

  it('is refused by a scheduler that keeps to its own order', async () => {
    const rig = rigOf(new FifoSchedulerPlugin());
    const served = rig.request('a');
    const waits = rig.request('b');
    await rig.settle();
    expect(rig.core.prefer('b')).toBe(false);
    await rig.done(served);
    await rig.stopped('a');
    await rig.ready('b');
    await rig.done(waits);
  });
});

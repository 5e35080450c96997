import { describe, expect, it } from 'vitest';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';
import { RouterRig } from '../libs/router/testing/router-rig.js';

const ids = ['a', 'b', 'c'];

function rigOf(ready: readonly string[], groups: Record<string, unknown> = {}): RouterRig {
  const planner = new GroupPlannerPlugin().createPlanner({
    models: ids.map((id) => ({ id, memory: null })),
    settings: { groups },
    resolve: (name) => (ids.includes(name) ? name : null),
  });
  const models = Object.fromEntries(ids.map((id) => [id, {}]));
  return new RouterRig({ models, planner, scheduler: new FairSchedulerPlugin(), ready });
}

/** A load of `a` that has evicted `b`, and whose only client has left. */
async function unwantedLoad(): Promise<RouterRig> {
  const rig = rigOf(['b']);
  const left = rig.request('a');
  await rig.settle();
  await rig.stopped('b');
  expect(rig.process('a').state).toBe('starting');
  left.client.abort();
  await rig.settle();
  expect(left.error).toBe('CANCELLED');
  return rig;
}

describe('a load nobody waits for any more', () => {
  it('goes on while nobody needs the room', async () => {
    const rig = await unwantedLoad();
    expect(rig.process('a').dying).toBe(false);
    expect(rig.swaps()).toEqual(['a<-b']);
  });

  it.each(['b', 'c'])('gives way at once to %s, evicted by it or not', async (wanted) => {
    const rig = await unwantedLoad();
    const next = rig.request(wanted);
    await rig.settle();
    expect(rig.process('a').dying).toBe(true);
    await rig.stopped('a');
    await rig.ready(wanted);
    expect(next.lease?.model).toBe(wanted);
    expect(rig.swaps()).toEqual([]);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('is never begun when its victim is wanted again before it is gone', async () => {
    const rig = rigOf(['b']);
    const left = rig.request('a');
    await rig.settle();
    left.client.abort();
    const next = rig.request('b');
    await rig.settle();
    expect(next).toMatchObject({ lease: null, error: null });
    await rig.stopped('b');
    await rig.ready('b');
    expect(next.lease?.model).toBe('b');
    expect(rig.process('a').starts).toBe(0);
  });

  it('keeps its place from others as soon as somebody waits for it again', async () => {
    const rig = await unwantedLoad();
    const again = rig.request('a');
    const other = rig.request('b');
    await rig.settle();
    expect(rig.process('a').dying).toBe(false);
    expect(rig.core.snapshot().scheduler.waitReasons?.get('b')).toEqual({
      kind: 'busy',
      models: ['a'],
    });
    await rig.ready('a');
    expect(again.lease?.model).toBe('a');
    await rig.done(again);
    // Two models that push each other out are held for a moment.
    await rig.clock.advanceAsync(5000);
    await rig.stopped('a');
    await rig.ready('b');
    expect(other.lease?.model).toBe('b');
  });

  it('gives way to a victim that may run beside it, too', async () => {
    const groups = { x: { members: ['a'] }, y: { exclusive: false, members: ['b', 'c'] } };
    const rig = rigOf(['b'], groups);
    const left = rig.request('a');
    await rig.settle();
    await rig.stopped('b');
    left.client.abort();
    const next = rig.request('b');
    await rig.settle();
    if (rig.process('a').dying) await rig.stopped('a');
    await rig.ready('b');
    expect(next.lease?.model).toBe('b');
  });
});

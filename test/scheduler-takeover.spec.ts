import { describe, expect, it } from 'vitest';
import { DroverError } from '#lib/foundation';
import { RequestScheduler, SchedulerPlugin } from '#lib/plugin-api';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';
import { RouterRig } from '../libs/router/testing/router-rig.js';

/** A scheduler that works until it is told to break. */
class Breakable implements SchedulerPlugin {
  isBroken = false;

  createScheduler(...args: Parameters<SchedulerPlugin['createScheduler']>): RequestScheduler {
    const real = new FifoSchedulerPlugin().createScheduler(...args);
    return new Proxy(real, {
      get: (target, name: keyof RequestScheduler) => {
        if (this.isBroken) throw new DroverError('PLUGIN_CUT_OFF', 'the scheduler is gone');
        return target[name]?.bind(target);
      },
    });
  }
}

function rigOf(ready: readonly string[] = []) {
  const ids = ['a', 'b', 'c'];
  const scheduler = new Breakable();
  const planner = new GroupPlannerPlugin().createPlanner({
    models: ids.map((id) => ({ id, memory: null })),
    settings: { groups: {} },
    resolve: (name) => name,
  });
  const models = Object.fromEntries(ids.map((id) => [id, {}]));
  const fallback = new FairSchedulerPlugin();
  const rig = new RouterRig({ models, planner, scheduler, fallback, ready });
  return { rig, scheduler };
}

describe('a scheduler that was cut off', () => {
  it('is replaced within the event; who waited is served, what is served goes on', async () => {
    const { rig, scheduler } = rigOf(['a']);
    const served = rig.request('a');
    const queued = rig.request('b');
    await rig.settle();
    scheduler.isBroken = true;
    const late = rig.request('c');
    await rig.settle();
    expect(rig.logged).toEqual([expect.stringContaining('another scheduler takes over')]);
    expect(rig.process('a').calls).toEqual([]);
    await rig.done(served);
    await rig.stopped('a');
    await rig.ready('b');
    expect(queued.lease?.model).toBe('b');
    await rig.done(queued);
    await rig.clock.advanceAsync(5000);
    await rig.stopped('b');
    await rig.ready('c');
    expect(late.lease?.model).toBe('c');
    await rig.done(late);
    const { inFlight, reserved, queue, swaps } = rig.core.snapshot().scheduler;
    expect([inFlight.size, reserved.size, queue, swaps]).toEqual([0, 0, [], []]);
  });

  it('gives its loads up; they are begun anew for those who waited', async () => {
    const { rig, scheduler } = rigOf();
    const waiting = rig.request('a');
    await rig.settle();
    scheduler.isBroken = true;
    rig.core.snapshot();
    await rig.settle();
    expect(rig.process('a').dying).toBe(true);
    await rig.stopped('a');
    await rig.ready('a');
    expect(waiting.lease?.model).toBe('a');
  });

  it('leaves no unload behind', async () => {
    const { rig, scheduler } = rigOf(['a']);
    const unloads = [rig.core.unload(['a']), rig.core.unload(['b'])];
    const during = rig.request('a');
    await rig.settle();
    scheduler.isBroken = true;
    rig.core.snapshot();
    await rig.stopped('a');
    await Promise.all(unloads);
    expect(during.error).toBeNull();
    await rig.ready('a');
    expect(during.lease?.model).toBe('a');
  });

  it('is found out by a timer, a cancel or the shutdown, too', async () => {
    const { rig, scheduler } = rigOf(['a']);
    rig.request('a');
    const queued = rig.request('b');
    await rig.settle();
    scheduler.isBroken = true;
    queued.client.abort();
    await rig.settle();
    expect(queued.error).toBe('CANCELLED');
    expect(rig.core.snapshot().scheduler.inFlight.get('a')).toBe(1);
    const ended = rig.core.shutdown(1000);
    await rig.stopped('a');
    await ended;
    expect(rig.clock.pendingTimers).toBe(0);
  });
});

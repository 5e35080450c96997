import { describe, expect, it } from 'vitest';
import { MemorySource } from '#lib/router';
import { MemoryPlannerPlugin } from '#plugin/planner-memory';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';
import { RouterRig } from '../libs/router/testing/router-rig.js';

const GIB = 2 ** 30;

/** A machine of 24 GiB that knows what its models need, until one dies of it. */
class FakeMemory implements MemorySource {
  readonly needs = new Map<string, number>();
  dying = '';
  roomFor: Promise<void> | null = null;

  devices() {
    return [{ device: 'gpu0', totalBytes: 24 * GIB, freeBytes: null }];
  }

  of(model: string) {
    const gib = this.needs.get(model);
    return gib === undefined ? null : { gpu0: gib * GIB };
  }

  room() {
    return this.roomFor;
  }

  diedOfMemory(model: string): boolean {
    return model === this.dying;
  }

  fellShort(model: string): void {
    this.needs.set(model, this.needs.get(model)! + 4);
  }
}

function rig(ready: string[]) {
  const memory = new FakeMemory();
  for (const model of ['a', 'b', 'c']) memory.needs.set(model, 8);
  const planner = new MemoryPlannerPlugin().createPlanner({
    models: ['a', 'b', 'c'].map((id) => ({ id, memory: null })),
    settings: {},
    resolve: (name) => name,
  });
  const scheduler = new FairSchedulerPlugin();
  const options = { models: { a: {}, b: {}, c: {} }, planner, scheduler, ready, memory };
  const router = new RouterRig(options);
  return { router, memory };
}

describe('a load that dies of lack of memory', () => {
  it('evicts once more and is repeated; the client notices nothing but time', async () => {
    const { router, memory } = rig(['a', 'b']);
    const request = router.request('c');
    await router.settle();
    expect(router.swaps()).toEqual(['c<-']);
    memory.dying = 'c';
    router.process('c').failStart();
    await router.settle();
    expect(router.swaps()).toEqual(['c<-a']);
    memory.dying = '';
    await router.stopped('a');
    await router.ready('c');
    expect(request).toMatchObject({ error: null, lease: { model: 'c' } });
  });

  it('fails when it dies again', async () => {
    const { router, memory } = rig(['a', 'b']);
    const request = router.request('c');
    await router.settle();
    memory.dying = 'c';
    router.process('c').failStart();
    await router.settle();
    await router.stopped('a');
    router.process('c').failStart();
    await router.settle();
    expect(request.error).not.toBeNull();
    expect(router.swaps()).toEqual([]);
  });

  it('fails at once when it dies of something else', async () => {
    const { router } = rig([]);
    const request = router.request('c');
    await router.settle();
    router.process('c').failStart();
    await router.settle();
    expect(request.error).not.toBeNull();
  });

  it('begins a load only when its memory is seen free', async () => {
    const { router, memory } = rig([]);
    const room = Promise.withResolvers<void>();
    memory.roomFor = room.promise;
    router.request('c');
    await router.settle();
    expect(router.process('c').state).toBe('stopped');
    room.resolve();
    await router.settle();
    expect(router.process('c').state).toBe('starting');
  });

  it('gives a load up that waits for room when its client leaves and others need it', async () => {
    const { router, memory } = rig([]);
    const room = Promise.withResolvers<void>();
    memory.roomFor = room.promise;
    memory.needs.set('b', 20);
    const request = router.request('c');
    await router.settle();
    request.client.abort();
    router.request('b');
    await router.settle();
    room.resolve();
    await router.settle();
    expect(router.process('c').state).toBe('stopped');
    expect(router.process('b').state).toBe('starting');
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { ConfigWatcher, WATCH_PERIOD_MS } from './config-watcher.js';

/** A configuration whose content a test sets; every change that is reported counts as read. */
function setUp(read: string | null = 'one') {
  const clock = new VirtualClock();
  const world = { content: 'one' as string | null | Error, lastRead: read, reports: 0 };
  const watcher = new ConfigWatcher({
    clock,
    look: async () => {
      if (world.content instanceof Error) throw world.content;
      return world.content;
    },
    lastRead: () => world.lastRead,
    onChange: () => {
      world.reports += 1;
      world.lastRead = String(world.content);
    },
  });
  const polls = (count: number): Promise<void> => clock.advanceAsync(count * WATCH_PERIOD_MS);
  watcher.start();
  return { clock, watcher, world, polls };
}

describe('ConfigWatcher', () => {
  let clock: VirtualClock | null = null;
  let watcher: ConfigWatcher | null = null;
  function watching(read?: string | null) {
    const parts = setUp(read);
    ({ clock, watcher } = parts);
    return parts;
  }
  afterEach(() => {
    watcher?.stop();
    if (clock && clock.pendingTimers > 0) throw new Error('the watcher has left a timer behind');
  });

  it('reports nothing while the content is what was read', async () => {
    const { world, polls } = watching();
    await polls(10);
    expect(world.reports).toBe(0);
  });

  it('reports a new content within two polls, once', async () => {
    const { world, polls } = watching();
    world.content = 'two';
    await polls(2);
    expect(world.reports).toBe(1);
    await polls(10);
    expect(world.reports).toBe(1);
  });

  it('waits while the content keeps changing', async () => {
    const { world, polls } = watching();
    for (const content of ['two', 'three', 'four']) {
      world.content = content;
      await polls(1);
    }
    expect(world.reports).toBe(0);
    await polls(1);
    expect(world.reports).toBe(1);
  });

  it('forgets a change that is taken back before it settled', async () => {
    const { world, polls } = watching();
    world.content = 'two';
    await polls(1);
    world.content = 'one';
    await polls(1);
    world.content = 'two';
    await polls(1);
    expect(world.reports).toBe(0);
  });

  it.each([[null], [new Error('no permission')]])(
    'does nothing while the configuration is gone (%s), and looks again when it is back',
    async (gone) => {
      const { world, polls } = watching();
      world.content = gone;
      await polls(5);
      world.content = 'one';
      await polls(5);
      expect(world.reports).toBe(0);
      world.content = gone;
      await polls(1);
      world.content = 'two';
      await polls(2);
      expect(world.reports).toBe(1);
    },
  );

  it('sees a change that came between the reading and the first look', async () => {
    const { world, polls } = watching('zero');
    await polls(2);
    expect(world.reports).toBe(1);
  });

  it('reports nothing after its end, even when a look was under way', async () => {
    const own = new VirtualClock();
    const gate = Promise.withResolvers<string>();
    const stopped = new ConfigWatcher({
      clock: own,
      look: () => gate.promise,
      lastRead: () => 'one',
      onChange: () => expect.unreachable(),
    });
    stopped.start();
    await own.advanceAsync(2 * WATCH_PERIOD_MS);
    stopped.stop();
    gate.resolve('two');
    await own.advanceAsync(2 * WATCH_PERIOD_MS);
    expect(own.pendingTimers).toBe(0);
  });

  it('does not look twice at a time', async () => {
    const own = new VirtualClock();
    const gates: PromiseWithResolvers<string>[] = [];
    const slow = new ConfigWatcher({
      clock: own,
      look: () => {
        const gate = Promise.withResolvers<string>();
        gates.push(gate);
        return gate.promise;
      },
      lastRead: () => 'one',
      onChange: () => {},
    });
    slow.start();
    await own.advanceAsync(5 * WATCH_PERIOD_MS);
    expect(gates).toHaveLength(1);
    gates[0]!.resolve('one');
    await own.advanceAsync(WATCH_PERIOD_MS);
    expect(gates).toHaveLength(2);
    slow.stop();
  });
});

import { describe, expect, it } from 'vitest';
import { LocalWorld } from '../testing/local-world.js';

describe('LocalServer: a stop', () => {
  it('asks the group, and is over when leader, group and output are gone', async () => {
    const world = new LocalWorld();
    const stopped = world.watch(world.server.stop(10_000));
    expect(world.signals).toEqual(['ask']);
    world.exit(0);
    await world.pass();
    expect(stopped()).toBe('pending');
    world.closeOutput();
    await world.pass();
    expect(stopped()).toBe('done');
    expect(world.ended).toBe(1);
    expect(world.clock.pendingTimers).toBe(0);
  });

  it('kills the group at the end of the grace, and not before', async () => {
    const world = new LocalWorld();
    void world.server.stop(10_000);
    await world.pass(9999);
    expect(world.signals).toEqual(['ask']);
    await world.pass(1);
    expect(world.signals).toEqual(['ask', 'kill']);
  });

  it('is hurried by an earlier deadline and not delayed by a later one', async () => {
    const world = new LocalWorld();
    void world.server.stop(10_000);
    await world.pass(1000);
    void world.server.stop(60_000);
    void world.server.stop(500);
    await world.pass(500);
    expect(world.signals).toEqual(['ask', 'kill']);
    await world.pass(9000);
    expect(world.signals).toEqual(['ask', 'kill']);
  });

  it('gives what cannot be killed up after 10 s, and releases it when it ends after all', async () => {
    const world = new LocalWorld();
    void world.server.stop(1000);
    await world.pass(10_999);
    expect(world.reportedExit()).toBeNull();
    await world.pass(1);
    expect(world.reportedExit()).toEqual({ code: null, signal: null, lost: true });
    expect([world.ended, world.outputClosed]).toEqual([0, true]);
    world.exit(0);
    await world.pass();
    expect(world.ended).toBe(1);
  });

  it('7.12: leaves the rest of the group what is left of the grace, then kills it', async () => {
    const world = new LocalWorld();
    world.groupAlive = true;
    const stopped = world.watch(world.server.stop(3000));
    world.exit(143);
    await world.pass(2999);
    expect(world.signals).toEqual(['ask']);
    await world.pass(1);
    expect(world.signals).toEqual(['ask', 'kill']);
    world.groupAlive = false;
    world.closeOutput();
    await world.pass(100);
    expect(stopped()).toBe('done');
  });

  it('7.12: gives the rest of the group at most 10 s after the exit of the leader', async () => {
    const world = new LocalWorld();
    world.groupAlive = true;
    void world.server.stop(120_000);
    await world.pass(5000);
    world.exit(0);
    await world.pass(9999);
    expect(world.signals).toEqual(['ask']);
    await world.pass(1);
    expect(world.signals).toEqual(['ask', 'kill']);
  });

  it('7.13: never shortens the grace of a leader that is still working', async () => {
    const world = new LocalWorld();
    const stopped = world.watch(world.server.stop(60_000));
    world.closeOutput();
    await world.pass(45_000);
    expect([world.signals, stopped()]).toEqual([['ask'], 'pending']);
    world.exit(0);
    await world.pass();
    expect(stopped()).toBe('done');
  });

  it('ends descendants outside the group that hold the output, and waits for it at most 10 s', async () => {
    const world = new LocalWorld();
    const stopped = world.watch(world.server.stop(5000));
    world.exit(0);
    await world.pass(99);
    expect(world.stragglerKills).toBe(0);
    await world.pass(1);
    expect(world.stragglerKills).toBe(1);
    await world.pass(9899);
    expect(stopped()).toBe('pending');
    await world.pass(1);
    expect([stopped(), world.outputClosed]).toEqual(['done', true]);
  });
});

describe('LocalServer: a server that has left the group and holds no output', () => {
  it.each([
    ['stop', 30_000],
    ['crash', null],
  ])('is killed in a %s, and its end waited for', async (_name, graceMs) => {
    const world = new LocalWorld();
    world.stragglers = 1;
    const stopped = graceMs === null ? null : world.watch(world.server.stop(graceMs));
    world.exit(0);
    world.closeOutput();
    await world.pass();
    expect([world.stragglerKills, world.reportedExit()]).toEqual([1, null]);
    await world.pass(5);
    expect([world.stragglerKills, world.reportedExit()]).toEqual([2, { code: 0, signal: null }]);
    expect(stopped?.() ?? 'done').toBe('done');
    expect(world.clock.pendingTimers).toBe(0);
  });

  it('does not hold a stop up for more than 10 s when it cannot be killed', async () => {
    const world = new LocalWorld({ stragglersStay: true });
    world.stragglers = 1;
    const stopped = world.watch(world.server.stop(1000));
    world.exit(0);
    world.closeOutput();
    await world.pass(9999);
    expect(stopped()).toBe('pending');
    await world.pass(1);
    expect(stopped()).toBe('done');
  });
});

describe('LocalServer: an end of its own', () => {
  it('7.28: kills the rest of the group at once and reports the exit when it is gone', async () => {
    const world = new LocalWorld();
    world.groupAlive = true;
    world.exit(1);
    await world.pass();
    expect([world.signals, world.reportedExit()]).toEqual([['kill'], null]);
    world.groupAlive = false;
    world.closeOutput();
    await world.pass(5);
    expect(world.reportedExit()).toEqual({ code: 1, signal: null });
    expect(world.ended).toBe(1);
  });

  it('7.28: is reported within a second even if somebody else holds the output', async () => {
    const world = new LocalWorld();
    world.exit(1);
    await world.pass(999);
    expect([world.reportedExit(), world.stragglerKills]).toEqual([null, 1]);
    await world.pass(1);
    expect(world.reportedExit()).toEqual({ code: 1, signal: null });
  });

  it('answers a stop that comes afterwards at once, without a signal to strangers', async () => {
    const world = new LocalWorld();
    world.exit(0);
    world.closeOutput();
    await world.pass();
    await world.server.stop(1000);
    expect(world.signals).toEqual(['kill']);
    expect(world.clock.pendingTimers).toBe(0);
  });
});

describe('LocalServer: a stop command', () => {
  it('takes the place of the signal', async () => {
    const world = new LocalWorld({ stopCommand: true });
    const stopped = world.watch(world.server.stop(10_000));
    await world.pass();
    expect(world.signals).toEqual([]);
    world.stopCommandExits(0);
    world.exit(0);
    world.closeOutput();
    await world.pass();
    expect([stopped(), world.signals]).toEqual(['done', []]);
  });

  it.each([1, null])(
    'is followed by the signal at once when it ends with status %s',
    async (code) => {
      const world = new LocalWorld({ stopCommand: true });
      void world.server.stop(10_000);
      await world.pass(100);
      world.stopCommandExits(code);
      await world.pass();
      expect(world.signals).toEqual(['ask']);
    },
  );

  it('is not followed by a signal when the server has gone meanwhile', async () => {
    const world = new LocalWorld({ stopCommand: true });
    void world.server.stop(10_000);
    world.exit(0);
    await world.pass();
    world.stopCommandExits(1);
    await world.pass();
    expect(world.signals).toEqual([]);
  });

  it('that hangs does not keep the server from being killed after the grace, and is ended later', async () => {
    const world = new LocalWorld({ stopCommand: true });
    void world.server.stop(10_000);
    await world.pass(10_000);
    expect(world.signals).toEqual(['kill']);
    world.exit(null);
    world.closeOutput();
    await world.pass(59_999);
    expect(world.stopCommandKilled).toBe(false);
    await world.pass(1);
    expect(world.stopCommandKilled).toBe(true);
  });
});

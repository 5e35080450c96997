import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { fakeConfig, fakeModel } from '../../test/support/fake-config.js';
import { FakeRouter } from '../../test/support/fake-router.js';
import { LostServers } from './lost-servers.js';

function rig() {
  const router = new FakeRouter(fakeConfig([fakeModel('m'), fakeModel('other')]));
  const clock = new VirtualClock();
  const leaving = new AbortController();
  router.change('m', 'ready');
  let isOver = false;
  const wait = async (): Promise<void> => {
    await new LostServers(router, clock).noticed('m', leaving.signal);
    isOver = true;
  };
  const settled = async (): Promise<boolean> => {
    await Promise.resolve().then(() => undefined);
    await Promise.resolve().then(() => undefined);
    return isOver;
  };
  return { router, clock, leaving, wait, settled };
}

describe('LostServers', () => {
  it('waits for a change of that model alone', async () => {
    const { router, clock, wait, settled } = rig();
    const waiting = wait();
    router.change('other', 'stopped');
    expect(await settled()).toBe(false);
    router.change('m', 'stopped');
    await waiting;
    expect(clock.pendingTimers).toBe(0);
  });

  it('waits a second and no longer', async () => {
    const { clock, wait, settled } = rig();
    const waiting = wait();
    clock.advance(999);
    expect(await settled()).toBe(false);
    clock.advance(1);
    await waiting;
  });

  it('does not wait where it has been noticed already', async () => {
    const { router, clock, wait } = rig();
    router.change('m', 'starting');
    await wait();
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not wait for a client that leaves or has left', async () => {
    const { clock, leaving, wait } = rig();
    const waiting = wait();
    leaving.abort();
    await waiting;
    await wait();
    expect(clock.pendingTimers).toBe(0);
  });
});

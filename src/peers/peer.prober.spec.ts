import { describe, expect, it } from 'vitest';
import { ConfigStore, DroverConfig, PeerConfig } from '#lib/config';
import { VirtualClock } from '#lib/foundation';
import { fakeConfig, fakePeer } from '../../test/support/fake-config.js';
import { DoubtListener, PeerHealth, ProbeResult } from './peer.health.js';
import { PeerProbe } from './peer.probe.js';
import { PeerProber } from './peer.prober.js';
import { PeerState } from './peer-snapshot.interface.js';

const well: ProbeResult = { kind: 'answered', status: 200, tookMs: 1 };
const unreachable: ProbeResult = { kind: 'unreachable', reason: 'no' };

const nobody: DoubtListener = () => undefined;

function rig(ids: readonly string[], probeEveryMs = 10_000) {
  const clock = new VirtualClock();
  const peering = { failover: false, probeEveryMs, probeTimeoutMs: 700 };
  const peers = new Map(ids.map((id) => [id, fakePeer(id)]));
  const store = {
    current: fakeConfig([], { peers, peering }),
    listeners: new Set<() => void>(),
    onChange: (listener: () => void) => {
      store.listeners.add(listener);
      return () => store.listeners.delete(listener);
    },
  };
  const states = new Map<string, PeerState>();
  const told: string[] = [];
  let doubt = nobody;
  const health = {
    stateOf: (id: string) => states.get(id) ?? 'unknown',
    probed: (id: string, { kind }: ProbeResult) => told.push(`${id} ${kind}`),
    onDoubt: (listener: DoubtListener) => {
      doubt = listener;
      return () => (doubt = nobody);
    },
  };
  const asked: { id: string; timeoutMs: number; end: (result: ProbeResult) => void }[] = [];
  const probe = {
    ask: ({ id }: PeerConfig, timeoutMs: number) =>
      new Promise<ProbeResult>((end) => asked.push({ id, timeoutMs, end })),
  };
  const prober = new PeerProber(
    store as unknown as ConfigStore,
    health as unknown as PeerHealth,
    probe as unknown as PeerProbe,
    clock,
  );
  /** Ends the oldest probe under way. */
  const end = async (result: ProbeResult): Promise<void> => {
    asked.shift()!.end(result);
    await Promise.resolve();
    await Promise.resolve();
  };
  const raise = (id: string): void => doubt(id);
  const reload = (current: DroverConfig): void => {
    store.current = current;
    for (const listener of store.listeners) listener();
  };
  return { clock, store, states, told, asked, prober, end, raise, reload };
}

describe('PeerProber', () => {
  it.each([
    [['a'], 0],
    [[], 10_000],
  ])('sets no timer with the peers %j and a pause of %i', (ids, everyMs) => {
    const { clock, prober, raise } = rig(ids, everyMs);
    prober.onApplicationBootstrap();
    raise('a');
    expect(clock.pendingTimers).toBe(0);
  });

  it('looks at each peer soon after the start, then with pauses that vary', async () => {
    const { clock, states, asked, prober, end } = rig(['a', 'b']);
    prober.onApplicationBootstrap();
    clock.advance(500);
    expect(asked.map(({ id }) => id).toSorted()).toEqual(['a', 'b']);
    expect(asked[0]!.timeoutMs).toBe(700);
    states.set('a', 'up').set('b', 'up');
    await end(well);
    await end(well);
    clock.advance(7999);
    expect(asked).toHaveLength(0);
    clock.advance(4001);
    expect(asked).toHaveLength(2);
  });

  it('has one probe of a peer under way at most', () => {
    const { clock, asked, prober, raise } = rig(['a']);
    prober.onApplicationBootstrap();
    clock.advance(500);
    raise('a');
    clock.advance(60_000);
    expect(asked).toHaveLength(1);
  });

  it('looks again at once after a failure, and every few seconds at a peer that is down', async () => {
    const { clock, states, asked, prober, end } = rig(['a'], 60_000);
    prober.onApplicationBootstrap();
    clock.advance(500);
    states.set('a', 'up');
    await end(unreachable);
    clock.advance(1200);
    expect(asked).toHaveLength(1);
    states.set('a', 'down');
    await end(unreachable);
    clock.advance(3999);
    expect(asked).toHaveLength(0);
    clock.advance(2001);
    expect(asked).toHaveLength(1);
  });

  it('looks at a peer as soon as a request has failed', async () => {
    const { clock, states, asked, prober, end, raise } = rig(['a'], 60_000);
    prober.onApplicationBootstrap();
    clock.advance(500);
    states.set('a', 'up');
    await end(well);
    raise('a');
    raise('a');
    clock.advance(250);
    expect(asked).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('says nothing of a peer whose address has changed meanwhile, and looks at the new one', async () => {
    const { clock, store, told, asked, prober, end, reload } = rig(['a']);
    prober.onApplicationBootstrap();
    clock.advance(500);
    const peers = new Map([['a', fakePeer('a', { proxy: 'http://new' })]]);
    reload({ ...store.current, peers });
    await end(well);
    expect(told).toEqual([]);
    clock.advance(500);
    expect(asked).toHaveLength(1);
  });

  it('sets no more timers after the end', async () => {
    const { clock, told, prober, end } = rig(['a']);
    prober.onApplicationBootstrap();
    clock.advance(500);
    prober.beforeApplicationShutdown();
    await end(well);
    expect([clock.pendingTimers, told.length]).toEqual([0, 0]);
  });
});

import { EventEmitter2 } from '@nestjs/event-emitter';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigStore } from '#lib/config';
import { DroverError, PeerStateEvent, VirtualClock } from '#lib/foundation';
import { fakeConfig, fakePeer } from '../../test/support/fake-config.js';
import { PeerHealth, ProbeResult } from './peer.health.js';

const unreachable: ProbeResult = { kind: 'unreachable', reason: 'refused' };
const well: ProbeResult = { kind: 'answered', status: 200, tookMs: 3 };
const answered = (status: number): ProbeResult => ({ kind: 'answered', status, tookMs: 3 });

function failure(code: string): DroverError {
  const cause = Object.assign(new Error(code), { code });
  return new DroverError('UPSTREAM_UNREACHABLE', 'peer proxy error: no', { cause });
}

function rig(probeEveryMs = 15_000) {
  const peers = new Map(['a', 'b', 'c'].map((id) => [id, fakePeer(id, { models: ['m'] })]));
  const peering = { failover: true, probeEveryMs, probeTimeoutMs: 1000 };
  const store = { current: fakeConfig([], { peers, peering }) };
  const clock = new VirtualClock();
  const events = new EventEmitter2();
  const told: string[] = [];
  events.on('peer.state', ({ peer, from, to }: PeerStateEvent) =>
    told.push(`${peer} ${from} ${to}`),
  );
  const health = new PeerHealth(store as unknown as ConfigStore, clock, events);
  const down = (id: string): void => {
    health.probed(id, unreachable);
    health.probed(id, unreachable);
  };
  return { store, clock, told, health, down };
}

describe('PeerHealth', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

  it('knows nothing of a peer until something has happened', () => {
    const { health } = rig();
    expect(health.stateOf('a')).toBe('unknown');
    expect(health.all().map(({ id, state }) => `${id} ${state}`)).toEqual([
      'a unknown',
      'b unknown',
      'c unknown',
    ]);
    expect(health.all()[0]).toMatchObject({ sinceMs: null, answeredMs: null, latencyMs: null });
    expect(health.refusal('a')).toBeNull();
  });

  it.each([
    [answered(200), 'up'],
    [answered(401), 'up'],
    [answered(404), 'up'],
    [answered(500), 'up'],
    [answered(502), 'impaired'],
    [answered(503), 'impaired'],
    [answered(504), 'impaired'],
    [{ kind: 'failed', reason: 'silent' } as const, 'impaired'],
    [unreachable, 'unknown'],
  ])('after the probe %j it is %s', (result, state) => {
    const { health } = rig();
    health.probed('a', result);
    expect(health.stateOf('a')).toBe(state);
  });

  it('takes two misses in a row for down, of probes and of requests', () => {
    const { health, told } = rig();
    health.failed('a', failure('ECONNREFUSED'));
    health.answered('a');
    health.probed('a', unreachable);
    expect(health.stateOf('a')).toBe('up');
    health.failed('a', failure('ENOTFOUND'));
    expect(health.stateOf('a')).toBe('down');
    health.probed('a', well);
    expect(told).toEqual(['a unknown up', 'a up down', 'a down up']);
    expect(health.all()[0]).toMatchObject({
      state: 'up',
      error: null,
      latencyMs: 3,
      probes: 2,
      failedProbes: 1,
      failedRequests: 2,
    });
  });

  it('does not take a request that got lost for a missing peer, but has it looked at', () => {
    const { health } = rig();
    const doubts: string[] = [];
    const end = health.onDoubt((peer) => doubts.push(peer));
    for (let count = 0; count < 5; count += 1) health.failed('a', failure('ECONNRESET'));
    expect(health.stateOf('a')).toBe('unknown');
    expect(doubts).toHaveLength(5);
    end();
    health.failed('a', failure('ECONNRESET'));
    expect(doubts).toHaveLength(5);
  });

  it('lets probes alone say that an ailing peer is well again', () => {
    const { health, told } = rig();
    health.probed('a', answered(503));
    health.answered('a');
    expect(health.stateOf('a')).toBe('impaired');
    health.probed('a', well);
    expect(told).toEqual(['a unknown impaired', 'a impaired up']);
  });

  it('refuses what a peer that is down would get, and says when to try again', () => {
    const { health, down } = rig();
    down('a');
    expect(health.refusal('a')).toMatchObject({ code: 'PEER_DOWN', retryAfterSeconds: 5 });
    expect(health.refusal('a')!.message).toBe('peer proxy error: peer "a" is down: refused');
    expect(health.refusal('b')).toBeNull();
  });

  it('lets a request try after a while where nobody probes', () => {
    const { health, clock, down } = rig(0);
    down('a');
    clock.advance(2000);
    expect(health.refusal('a')!.retryAfterSeconds).toBe(3);
    clock.advance(3000);
    expect(health.refusal('a')).toBeNull();
    health.failed('a', failure('ECONNREFUSED'));
    expect(health.refusal('a')).not.toBeNull();
  });

  it('has equals take turns, by what they are asked for', () => {
    const { health } = rig();
    const firsts = (key: string) => [1, 2, 3, 4].map(() => health.order(['a', 'b', 'c'], key)[0]);
    expect(firsts('m')).toEqual(['a', 'b', 'c', 'a']);
    expect(firsts('n')).toEqual(['a', 'b', 'c', 'a']);
    expect(health.order(['a'], 'm')).toEqual(['a']);
  });

  it('asks those that are well first and those that are down last', () => {
    const { health, down } = rig();
    down('a');
    health.probed('b', answered(503));
    for (let count = 0; count < 6; count += 1) {
      expect(health.order(['a', 'b', 'c'], 'm')).toEqual(['c', 'b', 'a']);
    }
  });

  it('forgets what it knew about another address', () => {
    const { health, store, down } = rig();
    down('a');
    const peers = new Map(store.current.peers);
    peers.set('a', fakePeer('a', { proxy: 'http://elsewhere' }));
    store.current = { ...store.current, peers };
    expect(health.all()[0]).toMatchObject({ id: 'a', state: 'unknown' });
    expect(health.refusal('a')).toBeNull();
  });

  it('keeps count of what other peers have done for one', () => {
    const { health } = rig();
    health.handedOn('b');
    expect(health.all().map(({ handedOn }) => handedOn)).toEqual([0, 1, 0]);
  });
});

import { EventEmitter2 } from '@nestjs/event-emitter';
import { describe, expect, it } from 'vitest';
import { DroverError, VirtualClock } from '#lib/foundation';
import { SwapDecision, SwapDecisions } from '#lib/router';
import { FakeCall } from '../../test/support/fake-call.js';
import { CallWatchers } from '../calls/call.watchers.js';
import { BoundedList } from './bounded-list.js';
import { readRange } from './timeline-range.js';
import { TimelineReader } from './timeline.reader.js';
import { TimelineRecorder } from './timeline.recorder.js';

const swap = (id: number, atMs: number, tookMs: number | null) =>
  ({
    id,
    atMs,
    tookMs,
    target: 'a',
    evicted: [],
    outcome: tookMs === null ? 'running' : 'ready',
  }) as unknown as SwapDecision;

function rig(swaps: readonly SwapDecision[] = []) {
  const clock = new VirtualClock(Date.parse('2026-01-01T00:00:00Z'));
  const calls = new CallWatchers();
  const events = new EventEmitter2();
  const recorder = new TimelineRecorder(calls, events, clock);
  for (const ended of swaps) if (ended.tookMs !== null) recorder.swapEnded(ended);
  const decisions = { list: () => [...swaps] } as unknown as SwapDecisions;
  const reader = new TimelineReader(recorder, decisions);
  const state = (model: string, from: string, to: string) =>
    events.emit('model.state', { model, from, to, atMs: clock.wallMs() });
  const range = (from: string, to: string) =>
    reader.read({
      fromMs: Date.parse(`2026-01-01T00:${from}Z`),
      toMs: Date.parse(`2026-01-01T00:${to}Z`),
    });
  return { clock, calls, events, recorder, state, range };
}

describe('TimelineReader', () => {
  it('tells what changed within the range and what held when it began', () => {
    const { clock, state, range } = rig();
    state('a', 'stopped', 'starting');
    clock.advance(60_000);
    state('a', 'starting', 'ready');
    clock.advance(60_000);
    state('b', 'ready', 'stopping');
    const view = range('00:30', '01:30');
    expect(view.initial).toEqual([
      { model: 'a', state: 'starting' },
      { model: 'b', state: 'ready' },
    ]);
    expect(view.states).toEqual([{ model: 'a', state: 'ready', at: '2026-01-01T00:01:00Z' }]);
  });

  it('splits a request into waiting and being served', () => {
    const { clock, calls, range } = rig();
    const [follower] = calls.begin(new FakeCall('a'));
    clock.advance(5000);
    follower!.onGranted!();
    follower!.onStart!(200, []);
    expect(range('00:00', '01:00').requests).toMatchObject([
      { model: 'a', grantedAt: '2026-01-01T00:00:05Z', endedAt: null, outcome: 'running' },
    ]);
    clock.advance(2000);
    follower!.onClosed!();
    const [request] = range('00:06', '01:00').requests;
    expect(request).toMatchObject({
      endedAt: '2026-01-01T00:00:07Z',
      outcome: 'done',
      status: 200,
    });
    expect(range('00:08', '01:00').requests).toEqual([]);
  });

  it.each([
    ['cancelled', (call: FakeCall) => call.cancel(), 200],
    ['failed', (call: FakeCall) => (call.failure = new DroverError('BAD_REQUEST', 'no')), null],
    ['failed', () => undefined, 502],
    ['done', () => undefined, 200],
  ])('calls a request %s', (outcome, happens, status) => {
    const { calls, range } = rig();
    const call = new FakeCall('a');
    const [follower] = calls.begin(call);
    if (status !== null) follower!.onStart!(status, []);
    happens(call);
    follower!.onClosed!();
    expect(range('00:00', '01:00').requests[0]).toMatchObject({ outcome, status });
  });

  it('shows swaps that reach into the range, oldest first, and those that go on', () => {
    const start = Date.parse('2026-01-01T00:00:00Z');
    const newestFirst = [
      swap(3, start + 40_000, null),
      swap(2, start + 5000, 20_000),
      swap(1, start, 1000),
    ];
    const { range } = rig(newestFirst);
    expect(range('00:10', '01:00').swaps.map(({ id }) => id)).toEqual([2, 3]);
  });

  it('marks reloads and profile switches', () => {
    const { clock, events, recorder, range } = rig();
    events.emit('config.reload', {
      trigger: 'signal',
      outcome: 'applied',
      problems: [],
      atMs: clock.wallMs(),
    });
    recorder.profileSwitched('night');
    recorder.profileSwitched(null);
    expect(range('00:00', '01:00').marks.map(({ text }) => text)).toEqual([
      'Configuration applied (signal)',
      'Profile night',
      'No profile is active',
    ]);
  });

  it('says since when it knows everything', () => {
    const { clock, state, range } = rig();
    expect(range('00:00', '01:00').since).toBe('2026-01-01T00:00:00Z');
    clock.advance(1000);
    for (let at = 0; at < 12_501; at += 1) state('a', 'ready', 'ready');
    expect(range('00:00', '01:00').since).toBe('2026-01-01T00:00:01Z');
  });
});

describe('BoundedList', () => {
  it('keeps the newest entries and remembers the last one it has forgotten', () => {
    const list = new BoundedList<number>(8);
    for (let at = 1; at <= 10; at += 1) list.add(at);
    expect(list.lastForgotten).toBeNull();
    list.add(11);
    expect([...list.list()]).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    expect(list.lastForgotten).toBe(3);
  });
});

describe('readRange', () => {
  const nowMs = Date.parse('2026-01-01T12:00:00Z');

  it('means the last fifteen minutes without parameters', () => {
    expect(readRange(undefined, undefined, nowMs)).toEqual({
      fromMs: nowMs - 900_000,
      toMs: nowMs,
    });
  });

  it.each([
    ['yesterday', undefined],
    [['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'], undefined],
    ['2026-01-01T13:00:00Z', '2026-01-01T12:00:00Z'],
  ])('refuses from %j to %j', (from, to) => {
    expect(() => readRange(from, to, nowMs)).toThrow(/"from" must/);
  });
});

import { describe, expect, it } from 'vitest';
import {
  reasonText,
  sinceKnown,
  REQUEST_ROWS,
  swapFor,
  swapSteps,
  type SwapRecord,
  type RequestSpan,
  type TimelineAnswer,
  timelineLanes,
  timeTicks,
} from './timeline.js';

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

const span = (id: string, times: readonly [number, number | null, number | null]): RequestSpan => ({
  id,
  model: 'a',
  path: '/v1/chat/completions',
  at: at(times[0]),
  grantedAt: times[1] === null ? null : at(times[1]),
  endedAt: times[2] === null ? null : at(times[2]),
  outcome: 'done',
  status: 200,
});

function answer(more: Partial<TimelineAnswer>): TimelineAnswer {
  const nothing = { initial: [], states: [], swaps: [], requests: [], marks: [] };
  return { from: at(0), to: at(100), since: at(0), ...nothing, ...more };
}

describe('timelineLanes', () => {
  it('turns changes of state into bands, from the beginning to the end of the range', () => {
    const states = [
      { model: 'a', state: 'stopping', at: at(10) },
      { model: 'a', state: 'stopped', at: at(12) },
      { model: 'b', state: 'starting', at: at(12) },
      { model: 'b', state: 'ready', at: at(30) },
    ];
    const lanes = timelineLanes(answer({ initial: [{ model: 'a', state: 'ready' }], states }));
    expect(lanes.map(({ model }) => model)).toEqual(['a', 'b']);
    expect(lanes[0]!.bands).toEqual([
      { kind: 'ready', fromMs: 0, toMs: 10_000 },
      { kind: 'stopping', fromMs: 10_000, toMs: 12_000 },
    ]);
    expect(lanes[1]!.bands).toEqual([
      { kind: 'loading', fromMs: 12_000, toMs: 30_000 },
      { kind: 'ready', fromMs: 30_000, toMs: 100_000 },
    ]);
  });

  it('shows a load that ended in nothing as failed', () => {
    const states = [
      { model: 'a', state: 'starting', at: at(1) },
      { model: 'a', state: 'stopped', at: at(3) },
    ];
    expect(timelineLanes(answer({ states }))[0]!.bands).toEqual([
      { kind: 'failed', fromMs: 1000, toMs: 3000 },
    ]);
  });

  it('puts overlapping requests on rows of their own, as many as there are', () => {
    const requests = [
      ...Array.from({ length: 6 }, (_, index) => span(String(index), [index, 10, 20])),
      span('later', [40, 40, 50]),
    ];
    const marks = timelineLanes(answer({ requests }))[0]!.requests;
    expect(marks.map(({ row }) => row)).toEqual([0, 1, 2, 3, 3, 3, 0]);
    expect(Math.max(...marks.map(({ row }) => row))).toBeLessThan(REQUEST_ROWS);
  });

  it('draws a request that still waits as waiting until now', () => {
    const [mark] = timelineLanes(answer({ requests: [span('1', [50, null, null])] }))[0]!.requests;
    expect(mark).toMatchObject({ fromMs: 50_000, servedMs: 100_000, toMs: 100_000 });
  });
});

describe('swapFor', () => {
  const swap = (id: number, target: string, begin: number, tookMs: number | null): SwapRecord =>
    ({ id, target, at: at(begin), tookMs }) as SwapRecord;

  it.each([
    ['the swap under way when it came', [swap(1, 'a', 5, 10_000)], 1],
    ['the last one of several', [swap(1, 'a', 8, 3000), swap(2, 'a', 12, 4000)], 2],
    ['nothing of another model', [swap(1, 'b', 5, 10_000)], undefined],
    ['nothing that was over before', [swap(1, 'a', 1, 2000)], undefined],
    ['nothing that began after it was served', [swap(1, 'a', 30, null)], undefined],
  ])('finds %s', (_, swaps, id) => {
    expect(swapFor(span('1', [10, 20, 25]), swaps)?.id).toBe(id);
  });
});

describe('swapSteps', () => {
  const state = (model: string, name: string, seconds: number) =>
    ({ model, state: name, at: at(seconds) }) as TimelineAnswer['states'][number];
  const swap = { at: at(10), target: 'a', evicted: ['b', 'c'] } as unknown as SwapRecord;
  const before = [state('b', 'stopping', 1), state('b', 'stopped', 9), state('a', 'starting', 2)];

  it('tells how long each stop and the load took, not what came before', () => {
    const states = [
      ...before,
      state('b', 'stopping', 10),
      state('c', 'stopping', 10),
      state('c', 'stopped', 12),
      state('b', 'stopped', 13),
      state('a', 'starting', 13),
      state('a', 'ready', 20),
    ];
    expect(swapSteps(swap, states)).toEqual([
      { name: 'Stopping b', tookMs: 3000 },
      { name: 'Stopping c', tookMs: 2000 },
      { name: 'Loading a', tookMs: 7000 },
    ]);
  });

  it('leaves out what goes on or is not known', () => {
    expect(swapSteps(swap, [...before, state('a', 'starting', 13)])).toEqual([]);
  });
});

describe('reasonText', () => {
  it('names the models that are in the way', () => {
    expect(reasonText({ kind: 'busy', models: ['a', 'b'] })).toContain('a, b');
    expect(reasonText({ kind: 'limit', models: [] })).toContain('as many requests');
    expect(reasonText(null)).toBe('');
  });
});

describe('timeTicks', () => {
  it.each([[60], [300], [900], [3600], [86_400]])(
    'makes four to nine ticks for %i s',
    (seconds) => {
      const ticks = timeTicks(0, seconds * 1000);
      expect(ticks.length).toBeGreaterThanOrEqual(4);
      expect(ticks.length).toBeLessThanOrEqual(9);
    },
  );
});

describe('sinceKnown', () => {
  it.each([
    ['the whole range', 0, 0],
    ['what is known', 30, 30],
    ['a minute at least', 95, 40],
  ])('shows %s', (_, since, from) => {
    expect(sinceKnown(answer({ since: at(since) })).from).toBe(at(from));
  });
});

import { describe, expect, it } from 'vitest';
import type { Lane, RequestMark, RequestSpan } from './timeline.js';
import { hitAt, isSame, laneSizes, neighbour, timeOf, xOf } from './timeline-layout.js';

const scale = { fromMs: 0, toMs: 1000, width: 500 };

function mark(id: string, fromMs: number, toMs: number, row = 0): RequestMark {
  const span = { id, at: new Date(fromMs).toISOString() } as RequestSpan;
  return { span, fromMs, servedMs: fromMs, toMs, row };
}

const lanes: Lane[] = [
  { model: 'a', bands: [], requests: [mark('1', 100, 200), mark('2', 150, 400, 1)] },
  { model: 'b', bands: [], requests: [mark('3', 300, 320)] },
];

describe('the scale', () => {
  it.each([
    [0, 0],
    [500, 250],
    [1000, 500],
    [-50, 0],
    [4000, 500],
  ])('puts %i ms at %i px', (atMs, x) => {
    expect(xOf(atMs, scale)).toBe(x);
  });

  it('finds the moment of a place', () => {
    expect(timeOf(250, scale)).toBe(500);
  });
});

describe('hitAt', () => {
  const sizes = laneSizes(2);
  const { lane: height } = sizes;

  it.each([
    ['the first row', { x: 60, y: 6 }, 'a', '1'],
    ['the second row', { x: 150, y: 12 }, 'a', '2'],
    ['near its end', { x: 203, y: 12 }, 'a', '2'],
    ['beside everything', { x: 400, y: 6 }, 'a', undefined],
    ['the second lane', { x: 155, y: 6 + height }, 'b', '3'],
  ])('finds %s', (_, point, model, id) => {
    const hit = hitAt(lanes, point, { scale, sizes });
    expect([hit?.lane.model, hit?.mark?.span.id]).toEqual([model, id]);
  });

  it('finds nothing on the axis', () => {
    expect(hitAt(lanes, { x: 10, y: height * 2 + 3 }, { scale, sizes })).toBeNull();
  });
});

describe('neighbour', () => {
  const first = lanes[0]!.requests[0]!;
  const last = lanes[1]!.requests[0]!;

  it('walks through the requests in the order in which they came', () => {
    expect(neighbour(lanes, null, 1)?.span.id).toBe('3');
    expect(neighbour(lanes, first, 1)?.span.id).toBe('2');
    expect(neighbour(lanes, first, -1)?.span.id).toBe('1');
    expect(neighbour(lanes, last, 1)?.span.id).toBe('3');
    expect(neighbour([], null, 1)).toBeNull();
  });
});

it('tells requests with the same number apart by their time', () => {
  expect(isSame({ id: '1', at: 'x' }, { id: '1', at: 'x' })).toBe(true);
  expect(isSame({ id: '1', at: 'x' }, { id: '1', at: 'y' })).toBe(false);
});

it('draws many lanes lower', () => {
  expect(laneSizes(41).lane).toBeLessThan(laneSizes(40).lane);
});

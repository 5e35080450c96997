import { describe, expect, it } from 'vitest';
import { downSample } from './down-sample.js';
import { HistoryPoint, mergePoints } from './merged-view.js';
import { MinuteHistory } from './minute.history.js';

interface Shape {
  readonly value: number | null;
}

function point(atMs: number, value: number | null, samples = 1): HistoryPoint<Shape> {
  return { atMs, samples, mean: { value }, max: { value } };
}

const view = (n: number) => ({
  cores: [n, n + 1],
  pressure: { cpu: { some: n } },
  network: [{ name: 'eth0', receivedBytes: n }],
  name: `at ${n}`,
});

describe('mergePoints', () => {
  it('weighs means by their samples and keeps the largest values', () => {
    expect(mergePoints([point(0, 10, 3), point(5, 50)])).toEqual({
      atMs: 0,
      samples: 4,
      mean: { value: 20 },
      max: { value: 50 },
    });
  });

  it('does not count what is unknown', () => {
    expect(mergePoints([point(0, null), point(5, 4)]).mean).toEqual({ value: 4 });
    expect(mergePoints([point(0, null)]).mean).toEqual({ value: null });
  });

  it('merges lists of numbers and nested objects, and keeps the newest of everything else', () => {
    const points = [2, 4].map((n) => ({ atMs: n, samples: 1, mean: view(n), max: view(n) }));
    const { mean, max } = mergePoints(points);
    expect(mean).toEqual({ ...view(4), cores: [3, 4], pressure: { cpu: { some: 3 } } });
    expect(max).toEqual(view(4));
  });
});

describe('downSample', () => {
  const points = Array.from({ length: 120 }, (_, at) => point(at * 5000, at));

  it('puts points together by full steps', () => {
    const coarse = downSample(points, { stepMs: 60_000, maxPoints: null });
    expect(coarse.map(({ atMs, samples }) => [atMs, samples])).toEqual(
      Array.from({ length: 10 }, (_, at) => [at * 60_000, 12]),
    );
    expect(coarse[1]!.mean.value).toBe(17.5);
  });

  it.each([1, 7, 50, 119, 120, 1000])(
    'makes no more than %i points, and loses no sample',
    (most) => {
      const coarse = downSample(points, { stepMs: null, maxPoints: most });
      expect(coarse.length).toBeLessThanOrEqual(most);
      expect(coarse.reduce((sum, { samples }) => sum + samples, 0)).toBe(120);
    },
  );

  it('has nothing to do without points', () => {
    expect(downSample([], { stepMs: 1, maxPoints: 1 })).toEqual([]);
  });
});

describe('MinuteHistory', () => {
  it('keeps a point per minute, for a day', () => {
    const history = new MinuteHistory<Shape>();
    for (let second = 0; second < 25 * 3600; second += 20) {
      history.add(second * 1000, { value: second });
    }
    const points = history.points();
    expect(points).toHaveLength(1441);
    expect(points.at(-1)).toMatchObject({ samples: 3 });
    expect(points[0]).toMatchObject({ atMs: 59 * 60_000, mean: { value: 59 * 60 + 20 } });
  });
});

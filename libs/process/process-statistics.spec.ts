import { describe, expect, it } from 'vitest';
import { ProcessStatistics } from './process-statistics.js';

describe('ProcessStatistics', () => {
  it('knows nothing before it has measured', () => {
    expect(new ProcessStatistics().of('a')).toEqual({
      loadMs: null,
      stopMs: null,
      serviceMs: null,
    });
  });

  it('begins with the first value and then leans towards new ones, each kind apart', () => {
    const statistics = new ProcessStatistics();
    statistics.record('a', 'loadMs', 1000);
    statistics.record('a', 'loadMs', 2000);
    statistics.record('a', 'stopMs', 5);
    expect(statistics.of('a')).toEqual({ loadMs: 1300, stopMs: 5, serviceMs: null });
    expect(statistics.of('b').loadMs).toBeNull();
  });

  it('takes kept values over, but not over its own', () => {
    const before = new ProcessStatistics();
    before.record('a', 'loadMs', 1);
    before.record('b', 'loadMs', 2);
    const after = new ProcessStatistics();
    after.record('a', 'loadMs', 10);
    after.restore(before.snapshot());
    expect([after.of('a').loadMs, after.of('b').loadMs]).toEqual([10, 2]);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineWindow, rowsBefore } from './line-window.js';

describe('rowsBefore', () => {
  it('counts one row per line without wrapping', () => {
    expect([...rowsBefore([5, 500, 0], null)]).toEqual([0, 1, 2, 3]);
  });

  it('counts the rows of wrapped lines', () => {
    expect([...rowsBefore([5, 25, 0, 10], 10)]).toEqual([0, 1, 4, 5, 6]);
  });
});

describe('lineWindow', () => {
  it('draws what is in view and a little more', () => {
    const before = rowsBefore(
      Array.from({ length: 1000 }, () => 1),
      null,
    );
    expect(lineWindow(before, 500, 30)).toEqual({ from: 480, to: 551, above: 480, below: 449 });
  });

  it('has nothing to draw of nothing', () => {
    expect(lineWindow(rowsBefore([], null), 0, 30)).toEqual({ from: 0, to: 0, above: 0, below: 0 });
  });

  it('covers the view, and what it draws and leaves out is everything', () => {
    const lengths = fc.array(fc.nat(200), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(lengths, fc.nat(400), fc.integer({ min: 1, max: 80 }), (all, first, rows) => {
        const before = rowsBefore(all, 40);
        const total = before.at(-1)!;
        const { from, to, above, below } = lineWindow(before, first, rows);
        const drawn = before[to]! - before[from]!;
        expect(above + drawn + below).toBe(total);
        const top = Math.min(first, Math.max(0, total - rows));
        expect(above).toBeLessThanOrEqual(top);
        expect(above + drawn).toBeGreaterThanOrEqual(Math.min(total, top + rows));
      }),
    );
  });
});

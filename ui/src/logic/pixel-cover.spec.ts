import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PixelCover } from './pixel-cover.js';

describe('PixelCover', () => {
  it('joins marks that touch and counts those that overlap', () => {
    const cover = new PixelCover(20);
    cover.add(2, 6);
    cover.add(6, 8);
    cover.add(4, 6);
    expect(cover.take()).toEqual([
      { from: 2, to: 4, depth: 1 },
      { from: 4, to: 6, depth: 2 },
      { from: 6, to: 8, depth: 1 },
    ]);
    expect(cover.take()).toEqual([]);
  });

  it('keeps what is thinner than a pixel visible, also at the edges', () => {
    const cover = new PixelCover(10);
    cover.add(3.2, 3.3, 2);
    cover.add(10, 10, 2);
    cover.add(-5, -4, 2);
    expect(cover.take()).toEqual([
      { from: 0, to: 2, depth: 1 },
      { from: 3, to: 5, depth: 1 },
      { from: 8, to: 10, depth: 1 },
    ]);
  });

  it('draws no more often than there are pixels and covers what was added, however many marks', () => {
    const marks = fc.array(fc.tuple(fc.double({ min: -20, max: 120, noNaN: true }), fc.nat(60)), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(marks, (list) => {
        const cover = new PixelCover(100);
        const depths = Array.from({ length: 100 }, () => 0);
        for (const [from, length] of list) {
          cover.add(from, from + length);
          const first = Math.min(99, Math.max(0, Math.round(from)));
          const end = Math.min(100, Math.max(first + 1, Math.round(from + length)));
          for (let at = first; at < end; at += 1) depths[at]! += 1;
        }
        const runs = cover.take();
        expect(runs.length).toBeLessThanOrEqual(100);
        const drawn = Array.from({ length: 100 }, () => 0);
        for (const { from, to, depth } of runs) drawn.fill(depth, from, to);
        expect(drawn).toEqual(depths);
      }),
    );
  });
});

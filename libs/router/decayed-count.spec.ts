import { describe, expect, it } from 'vitest';
import { DecayedCount } from './decayed-count.js';

describe('DecayedCount', () => {
  it('counts what happens at once in full', () => {
    const count = new DecayedCount();
    expect(count.at(5)).toBe(0);
    count.add(10);
    count.add(10);
    expect(count.at(10)).toBe(2);
  });

  it('lets each event fade by itself', () => {
    const count = new DecayedCount();
    count.add(0);
    count.add(3_600_000);
    expect(count.at(3_600_000)).toBeCloseTo(1 + Math.exp(-1));
    expect(count.at(7_200_000)).toBeCloseTo(Math.exp(-1) + Math.exp(-2));
  });
});

import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { FloodGate } from './flood.gate.js';

const MOST = 512 * 1024;

describe('FloodGate', () => {
  it('lets through what comes at a bearable pace, for ever', () => {
    const clock = new VirtualClock();
    const gate = new FloodGate(clock, () => expect.unreachable());
    for (let second = 0; second < 100; second += 1) {
      expect(gate.lets(MOST)).toBe(true);
      clock.advance(1000);
    }
  });

  it('shuts once and for all when too much comes within a second', () => {
    const clock = new VirtualClock();
    let floods = 0;
    const gate = new FloodGate(clock, () => (floods += 1));
    expect([gate.lets(MOST), gate.lets(1), gate.lets(1)]).toEqual([true, false, false]);
    clock.advance(10_000);
    expect(gate.lets(1)).toBe(false);
    expect(floods).toBe(1);
  });
});

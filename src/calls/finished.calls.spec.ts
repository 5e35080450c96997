import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { FinishedCalls } from './finished.calls.js';

function setup() {
  const clock = new VirtualClock();
  const settled: number[] = [];
  const calls = new FinishedCalls(clock);
  const add = (id: number): void => calls.add({ settle: () => settled.push(id) });
  return { clock, calls, settled, add };
}

describe('FinishedCalls', () => {
  it('settles a call a moment after its end, in the order of the ends', () => {
    const { clock, settled, add } = setup();
    add(1);
    add(2);
    expect(settled).toEqual([]);
    clock.advance(20);
    expect(settled).toEqual([1, 2]);
    add(3);
    clock.advance(20);
    expect(settled).toEqual([1, 2, 3]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not let more than a batch wait', () => {
    const { settled, add } = setup();
    for (let id = 0; id < 40; id += 1) add(id);
    expect(settled).toHaveLength(32);
  });

  it('settles at once for whoever wants to read, each call once', () => {
    const { clock, calls, settled, add } = setup();
    add(1);
    calls.settle();
    expect(settled).toEqual([1]);
    clock.advance(20);
    calls.settle();
    expect(settled).toEqual([1]);
  });

  it('leaves neither calls nor timers when it is closed', () => {
    const { clock, calls, settled, add } = setup();
    add(1);
    calls.close();
    expect(settled).toEqual([1]);
    expect(clock.pendingTimers).toBe(0);
  });
});

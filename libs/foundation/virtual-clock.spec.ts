import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.js';

describe('VirtualClock', () => {
  it('fires timers in order of time, then of setting', () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    clock.after(20, () => fired.push('late'));
    clock.after(10, () => fired.push('first'));
    clock.after(10, () => fired.push('second'));
    clock.advance(15);
    expect(fired).toEqual(['first', 'second']);
    expect(clock.nowMs()).toBe(15);
    expect(clock.nextDueMs()).toBe(20);
  });

  it('fires timers that a timer sets within the same span', () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    clock.after(10, () => clock.after(5, () => times.push(clock.nowMs())));
    clock.advance(100);
    expect(times).toEqual([15]);
  });

  it('repeats until cancelled, also from within the callback', () => {
    const clock = new VirtualClock();
    let count = 0;
    const cancel = clock.every(10, () => {
      count += 1;
      if (count === 3) cancel();
    });
    clock.advance(1000);
    expect(count).toBe(3);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets promise callbacks run between timers', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.after(1, () => void Promise.resolve().then(() => seen.push('promise')));
    clock.after(2, () => seen.push('timer'));
    await clock.advanceAsync(5);
    expect(seen).toEqual(['promise', 'timer']);
  });
});

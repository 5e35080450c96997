import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from './system-clock.js';

const DAY_MS = 24 * 3_600_000;

describe('SystemClock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('waits when a delay is longer than the timers of Node take', () => {
    const calls: string[] = [];
    const clock = new SystemClock();
    clock.after(400 * DAY_MS, () => calls.push('after'));
    clock.every(400 * DAY_MS, () => calls.push('every'));
    vi.advanceTimersByTime(24 * DAY_MS);
    expect(calls).toEqual([]);
  });

  it('takes a moment that has passed for now', () => {
    const timer = vi.spyOn(globalThis, 'setTimeout');
    new SystemClock().after(-145.8, () => undefined);
    expect(timer.mock.calls[0]?.[1]).toBe(0);
  });

  it('ends a timer that is cancelled', () => {
    const calls: string[] = [];
    const clock = new SystemClock();
    clock.after(1, () => calls.push('after'))();
    clock.every(1, () => calls.push('every'))();
    vi.advanceTimersByTime(10);
    expect(calls).toEqual([]);
  });
});

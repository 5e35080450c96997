import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { LiveEventLog } from './live-event.log.js';

function setup() {
  const clock = new VirtualClock();
  const log = new LiveEventLog(clock, 'run');
  const add = (count: number): void => {
    for (let at = 0; at < count; at += 1) log.add('perf', null);
  };
  const since = (id: string) => log.since(id)?.map(({ number }) => number) ?? null;
  return { clock, log, add, since };
}

describe('LiveEventLog', () => {
  it('tells what came after an event', () => {
    const { log, add, since } = setup();
    add(3);
    expect(log.newestId).toBe('run-3');
    expect(since('run-1')).toEqual([2, 3]);
    expect(since('run-3')).toEqual([]);
    expect(since('run-0')).toEqual([1, 2, 3]);
  });

  it.each(['other-1', 'run-4', 'run-x', 'run', '', 'run--1', 'run-1.5'])(
    'knows nothing of the id "%s"',
    (id) => {
      const { add, since } = setup();
      add(3);
      expect(since(id)).toBeNull();
    },
  );

  it('forgets what is older than five minutes', () => {
    const { clock, add, since } = setup();
    add(2);
    clock.advance(200_000);
    add(2);
    clock.advance(100_001);
    expect([since('run-0'), since('run-1')]).toEqual([null, null]);
    expect(since('run-2')).toEqual([3, 4]);
    clock.advance(300_000);
    expect([since('run-3'), since('run-4')]).toEqual([null, []]);
  });

  it('keeps five thousand, whatever happens', () => {
    const { add, since } = setup();
    add(12_345);
    expect(since('run-7344')).toBeNull();
    expect(since('run-7345')).toHaveLength(5000);
    expect(since('run-12344')).toEqual([12_345]);
  });
});

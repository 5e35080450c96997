import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { PerformanceService } from '../performance/performance.service.js';
import { MemoryHistory } from './memory.history.js';
import { MemoryReader } from './memory.reader.js';

const BEGIN = Date.parse('2026-01-01T00:00:00Z');
const SHARE = { model: 'a', bytes: 5, source: 'driver', isEstimate: false };
const DEVICE = { device: 'gpu0', name: 'X', totalBytes: 10, usedBytes: 6, freeBytes: 4 };

const nothing = (): void => undefined;

function setup() {
  const clock = new VirtualClock(BEGIN);
  let sampled = nothing;
  let isBroken = false;
  const reader = {
    read: async () => {
      if (isBroken) throw new Error('no such device');
      return { devices: [{ ...DEVICE, otherBytes: 1, models: [SHARE] }], models: [] };
    },
  };
  let isEnded = false;
  const performance = {
    onSample: (listener: () => void) => {
      sampled = listener;
      return () => (isEnded = true);
    },
  };
  const history = new MemoryHistory(
    reader as unknown as MemoryReader,
    performance as unknown as PerformanceService,
    clock,
  );
  history.onApplicationBootstrap();
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    sampled();
    // The reading is asynchronous and takes no time.
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  const times = (most = 1000): number[] =>
    history.since(0, most).map(({ atMs }) => (atMs - BEGIN) / 1000);
  return {
    history,
    pass,
    times,
    breakReader: (yes: boolean) => (isBroken = yes),
    ended: () => isEnded,
  };
}

describe('MemoryHistory', () => {
  it('takes a point with a sample, not more often than every fifteen seconds', async () => {
    const { history, pass, times } = setup();
    for (let sample = 0; sample < 8; sample += 1) await pass(5000);
    expect(times()).toEqual([5, 20, 35]);
    const models = [{ model: 'a', bytes: 5 }];
    expect(history.since(BEGIN + 30_000, 10)).toEqual([
      {
        atMs: BEGIN + 35_000,
        devices: [{ device: 'gpu0', totalBytes: 10, usedBytes: 6, models }],
      },
    ]);
  });

  it('thins what is asked for out, and always has the newest', async () => {
    const { pass, times } = setup();
    for (let sample = 0; sample < 10; sample += 1) await pass(20_000);
    expect(times(4)).toEqual([20, 80, 140, 200]);
    expect(times(1)).toEqual([200]);
  });

  it('forgets what is older than a day', async () => {
    const { pass, times } = setup();
    for (let hour = 0; hour < 40; hour += 1) await pass(3_600_000);
    expect(times().length).toBeLessThanOrEqual(29);
    expect(times().at(-1)).toBe(40 * 3600);
    expect(times()[0]).toBeGreaterThanOrEqual(11 * 3600);
  });

  it('goes on after a reading has failed, and ends with the program', async () => {
    const { history, pass, times, breakReader, ended } = setup();
    breakReader(true);
    await pass(20_000);
    breakReader(false);
    await pass(20_000);
    expect(times()).toEqual([40]);
    await history.onModuleDestroy();
    expect(ended()).toBe(true);
  });
});

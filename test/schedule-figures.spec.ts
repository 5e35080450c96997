import { describe, expect, it } from 'vitest';
import { Figures, mean } from './bench/schedule/figures.js';
import { play, PLANNERS, SCHEDULERS } from './bench/schedule/compare.js';
import { memoryWorkload, Workload, WORKLOADS } from './bench/schedule/workloads.js';

const SEEDS = [1, 2, 3, 4];
const [fifo, fair] = SCHEDULERS as [(typeof SCHEDULERS)[0], (typeof SCHEDULERS)[0]];

function workload(name: string): Workload {
  return WORKLOADS.find((each) => each.name === name)!;
}

function sum(figures: readonly Figures[], of: (one: Figures) => number): number {
  return figures.reduce((total, one) => total + of(one), 0);
}

describe('figures of the schedulers', { timeout: 60_000 }, () => {
  it('fair bounds the wait of cold models beside a hot one; fifo does not', () => {
    const hot = workload('hot + cold');
    const boundMs = 2 * (20_000 + 40_000 + 60_000);
    const fairly = play(hot, fair, SEEDS);
    for (const [index, { coldWaits }] of fairly.entries()) {
      const { inputs } = hot.trace(SEEDS[index]!);
      const longestMs = Math.max(
        ...inputs.map((each) => ('serviceMs' in each ? each.serviceMs : 0)),
      );
      expect(Math.max(...coldWaits)).toBeLessThanOrEqual(boundMs + longestMs + 60_000);
    }
    const worstFifoMs = Math.max(...play(hot, fifo, SEEDS).flatMap(({ coldWaits }) => coldWaits));
    expect(worstFifoMs).toBeGreaterThan(3_600_000);
  });

  it.each(WORKLOADS.filter(({ name }) => name !== 'hot + cold'))(
    'fair waits at most a quarter longer than fifo on average: $name',
    (each) => {
      const average = (contestant: typeof fair): number =>
        mean(play(each, contestant, SEEDS).flatMap(({ waits }) => waits));
      expect(average(fair)).toBeLessThanOrEqual(1.25 * average(fifo));
    },
  );

  it('the memory planner loads for a fifth less time than least recently used', () => {
    const loads = PLANNERS.map((planner) =>
      sum(play(memoryWorkload, planner, SEEDS), ({ loadMs }) => loadMs),
    );
    const [group, lru, memory] = loads as [number, number, number];
    expect(memory).toBeLessThanOrEqual(0.8 * lru);
    expect(lru).toBeLessThan(group);
  });

  it('serves every request, whoever decides', () => {
    for (const each of WORKLOADS.slice(0, 4)) {
      const requests = each.trace(1).inputs.length;
      expect(play(each, fair, [1])[0]!.served).toBe(requests);
      expect(play(each, fifo, [1])[0]!.served).toBe(requests);
    }
  });
});

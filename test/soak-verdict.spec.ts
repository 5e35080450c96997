import { describe, expect, it } from 'vitest';
import type { Holding } from './soak/herd.js';
import { readMetrics } from './soak/metrics.js';
import { Tally } from './soak/tally.js';
import { checkCounters, checkHoldings, growthOf } from './soak/verdict.js';

const LOOKS = 45;
const REST: Holding = {
  heapMib: 50,
  rssMib: 300,
  descriptors: 30,
  handles: 2,
  timers: 1,
  children: 0,
};

/** Looks of a run in which one figure takes this course. */
function run(kind: keyof Holding, course: (look: number) => number): Holding[] {
  return Array.from({ length: LOOKS }, (_, look) => ({ ...REST, [kind]: course(look) }));
}

function missesOf(looks: readonly Holding[]): string[] {
  return checkHoldings(looks)
    .filter(({ passed }) => !passed)
    .map(({ what }) => what.split(' ')[0]!);
}

/** Figures of Drover by which so many requests were answered. */
function page(count: number): string {
  return `drover_model_requests_total{model="a",outcome="ok",code="200"} ${count}\n`;
}

describe('the verdict of a soak', () => {
  it.each<[keyof Holding, number]>([
    ['heapMib', 0.25],
    ['rssMib', 2.5],
    ['descriptors', 0.1],
    ['handles', 0.1],
    ['timers', 0.1],
    ['children', 0.1],
  ])('finds a leak of %s at %d a round', (kind, each) => {
    expect(missesOf(run(kind, (look) => REST[kind] + each * look))).toEqual([kind]);
  });

  it('lets memory rise to the height of the busiest round, and noise pass', () => {
    expect(
      missesOf(run('rssMib', (look) => (look < 20 ? 200 + 5 * look : 300 + (look % 3)))),
    ).toEqual([]);
    expect(missesOf(run('heapMib', (look) => 50 + (look % 2)))).toEqual([]);
  });

  it('finds a count of Drover that is not the driver’s', () => {
    const tally = new Tally();
    for (let count = 0; count < 3; count += 1) {
      tally.sent('a');
      tally.ended('a', { kind: 'answer', status: 200 });
    }
    const misses = (count: number): string[] =>
      checkCounters(readMetrics(page(count)), tally)
        .filter(({ passed }) => !passed)
        .map(({ what }) => what.replace(/ \(.*/, ''));
    expect(misses(3)).toEqual([]);
    expect(misses(2)).toEqual(['a: requests', 'a: answered in full']);
  });

  it('draws a line through what it has seen', () => {
    expect(growthOf([1, 2, 3, 4])).toBeCloseTo(3);
    expect(growthOf([5, 5, 5])).toBe(0);
  });
});

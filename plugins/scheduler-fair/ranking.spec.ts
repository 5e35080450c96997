import { ModelStatistics } from '#lib/plugin-api';
import { describe, expect, it } from 'vitest';
import { Estimates } from './estimates.js';
import { ModelRecord } from './model-record.js';
import { rank, RankingSituation } from './ranking.js';

let lastId = 0;

/** A model whose requests arrived at these instants. */
function waiting(model: string, ...arrivals: number[]): ModelRecord {
  const record = new ModelRecord(model);
  for (const arrivedMs of arrivals) record.waiting.push({ id: ++lastId, model, arrivedMs });
  return record;
}

const LOADS: Readonly<Record<string, number>> = { big: 60_000, small: 2000 };

function statistics(model: string): ModelStatistics {
  return { loadMs: LOADS[model] ?? null, stopMs: null, serviceMs: null };
}

function preferBig(model: string): number {
  return model === 'big' ? 5 : 0;
}

function situation(changes: Partial<RankingSituation> = {}): RankingSituation {
  return {
    nowMs: 10_000,
    agingMs: 1000,
    maxWaitMs: 0,
    priority: () => 0,
    estimates: new Estimates(statistics, () => Object.keys(LOADS)),
    isReady: () => false,
    ...changes,
  };
}

function order(records: ModelRecord[], changes?: Partial<RankingSituation>): [string[], string[]] {
  const { due, others } = rank(records, situation(changes));
  return [due.map(({ model }) => model), others.map(({ model }) => model)];
}

describe('order of service', () => {
  it('begins with what gains most per second', () => {
    const records = [waiting('big', 1, 2, 3), waiting('small', 4)];
    expect(order(records)).toEqual([[], ['small', 'big']]);
    const crowd = waiting('big', ...Array.from({ length: 40 }, (_, index) => index));
    expect(order([waiting('small', 4), crowd])).toEqual([[], ['big', 'small']]);
  });

  it('takes the older one where the gain is equal', () => {
    expect(order([waiting('x', 7), waiting('y', 5)])).toEqual([[], ['y', 'x']]);
  });

  it('puts due models first, the oldest of them before the others', () => {
    const records = [waiting('small', 9000), waiting('y', 2000), waiting('x', 1000)];
    expect(order(records, { maxWaitMs: 5000 })).toEqual([['x', 'y'], ['small']]);
  });

  it('puts what is preferred by hand before all, the last one first, until it is served', () => {
    const [x, y, small] = [waiting('x', 1000), waiting('y', 2000), waiting('small', 9000)];
    expect([small.prefer(1), y.prefer(2)]).toEqual([true, true]);
    expect(order([x, y, small], { maxWaitMs: 5000 })).toEqual([['y', 'small', 'x'], []]);
    y.remove(y.waiting[0]!.id);
    y.waiting.push({ id: ++lastId, model: 'y', arrivedMs: 9900 });
    expect(order([x, y, small], { maxWaitMs: 5000 })).toEqual([['small', 'x'], ['y']]);
  });

  it('prefers nothing where nothing waits', () => {
    const record = waiting('x');
    expect([record.prefer(1), record.isPreferred]).toEqual([false, false]);
  });

  it('knows no due models without a bound', () => {
    expect(order([waiting('x', 0)], { nowMs: 1e9, maxWaitMs: 0 })).toEqual([[], ['x']]);
  });

  it('puts priority before gain, and lets it grow with age up to the highest that waits', () => {
    const priority = preferBig;
    const fresh = [waiting('small', 9000), waiting('big', 9000)];
    expect(order(fresh, { priority })).toEqual([[], ['big', 'small']]);
    const aged = [waiting('small', 4000), waiting('big', 4000)];
    expect(order(aged, { priority })).toEqual([[], ['small', 'big']]);
    expect(order(aged, { priority, agingMs: 0 })).toEqual([[], ['big', 'small']]);
  });
});

describe('estimates', () => {
  const { estimates } = situation();

  it('expect of an unmeasured model what the others take', () => {
    expect(estimates.loadMs('small')).toBe(2000);
    expect(estimates.loadMs('new')).toBe(31_000);
  });

  it('bound waiting by twice the loads of all cold models, at least 30 s', () => {
    expect(estimates.maxWaitMs([])).toBe(30_000);
    expect(estimates.maxWaitMs(['small', 'big'])).toBe(124_000);
  });

  it('lose less by evicting what is quick to load or long unused', () => {
    const [small, big, unused] = [
      new ModelRecord('small'),
      new ModelRecord('big'),
      new ModelRecord('big'),
    ];
    small.lastUsedMs = 90_000;
    big.lastUsedMs = 90_000;
    unused.lastUsedMs = 10_000;
    const losses = [small, big, unused].map((record) => estimates.lossMs(record, 100_000));
    expect(losses[0]).toBeLessThan(losses[1]!);
    expect(losses[2]).toBeLessThan(losses[1]!);
  });
});

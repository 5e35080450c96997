import { array, assert, boolean, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RefillingBudget } from './refilling-budget.js';

describe('RefillingBudget', () => {
  it('is full at first and comes back evenly', () => {
    const budget = new RefillingBudget(60, 0);
    expect(budget.look(60, 0)).toBe(60);
    for (let taken = 0; taken < 60; taken += 1) budget.take(1);
    expect(budget.look(60, 0)).toBe(0);
    expect(budget.untilMs(1)).toBe(1000);
    expect(budget.look(60, 500)).toBe(0.5);
    expect(budget.untilMs(1)).toBe(500);
    expect(budget.look(60, 1000)).toBe(1);
    expect(budget.untilFullMs).toBe(59_000);
  });

  it('may go below zero and then takes longer', () => {
    const budget = new RefillingBudget(100, 0);
    budget.take(250);
    expect(budget.look(100, 60_000)).toBe(-50);
    expect(budget.untilMs(1)).toBeCloseTo(30_600);
  });

  it('takes a new limit at once', () => {
    const budget = new RefillingBudget(10, 0);
    budget.take(10);
    expect(budget.look(30, 0)).toBe(20);
    expect(budget.look(5, 0)).toBe(5);
  });

  it('never has more than its limit, and never lets more than that and what came back pass', () => {
    const steps = array(tuple(integer({ min: 0, max: 30_000 }), boolean()));
    assert(
      property(integer({ min: 1, max: 100 }), steps, (limit, list) => {
        const budget = new RefillingBudget(limit, 0);
        let nowMs = 0;
        let passed = 0;
        for (const [pauseMs, asks] of list) {
          nowMs += pauseMs;
          const left = budget.look(limit, nowMs);
          expect(left).toBeLessThanOrEqual(limit);
          if (!asks || left < 1) continue;
          budget.take(1);
          passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(limit + (nowMs / 60_000) * limit + 1e-6);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { lastFailure, loadEstimate } from './load-records.js';
import type { SwapRecord } from './timeline.js';

const swap = (target: string, outcome: string, tookMs: number | null) =>
  ({ target, outcome, tookMs }) as SwapRecord;

describe('loadEstimate', () => {
  it('is the median of a model’s own successful loads, with their range', () => {
    const swaps = [
      swap('a', 'running', null),
      swap('a', 'ready', 3000),
      swap('b', 'ready', 90_000),
      swap('a', 'failed', 100),
      swap('a', 'ready', 1000),
      swap('a', 'ready', 2000),
    ];
    expect(loadEstimate('a', swaps)).toEqual({
      medianMs: 2000,
      shortestMs: 1000,
      longestMs: 3000,
      loads: 3,
    });
  });

  it('is unknown without loads', () => {
    expect(loadEstimate('a', [swap('a', 'cancelled', 5)])).toBeNull();
  });
});

describe('lastFailure', () => {
  it.each([
    ['the newest failure', ['failed', 'ready'], true],
    ['nothing once a load went well', ['ready', 'failed'], false],
    [
      'the failure before a load that was cancelled or goes on',
      ['running', 'cancelled', 'failed'],
      true,
    ],
    ['nothing for a model never loaded', [], false],
  ])('finds %s', (_, outcomes, isFound) => {
    const swaps = outcomes.map((outcome) => swap('a', outcome, 1));
    expect(lastFailure('a', swaps) !== null).toBe(isFound);
  });
});

import { describe, expect, it } from 'vitest';
import type { ActivityRow } from './activity.js';
import { trafficOf } from './traffic.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const row = (agoMinutes: number, status = 200) =>
  ({
    timestamp: new Date(NOW - agoMinutes * 60_000).toISOString(),
    resp_status_code: status,
  }) as ActivityRow;

describe('trafficOf', () => {
  it('counts what is recent', () => {
    const rows = [row(1), row(2, 502), row(4), row(14), row(40), row(50)];
    expect(trafficOf(rows, NOW, 15)).toEqual({ perMinute: 4 / 15, errorShare: 0.25 });
  });

  it('knows no share of errors without requests', () => {
    expect(trafficOf([row(40)], NOW, 15)).toEqual({ perMinute: 0, errorShare: null });
  });

  it('takes the rate of what is there when older rows are cut off', () => {
    const rows = Array.from({ length: 100 }, (_, index) => row(index / 50));
    expect(trafficOf(rows, NOW, 15).perMinute).toBeCloseTo(50.5, 0);
  });
});

import { describe, expect, it } from 'vitest';
import { Estimates } from './estimates.js';
import { hold } from './hold.js';
import { ModelRecord } from './model-record.js';

const estimates = new Estimates(
  () => ({ loadMs: 5000, stopMs: 500, serviceMs: null }),
  () => [],
);

interface Scene {
  readonly evictedMs?: number | null;
  readonly arrivals?: readonly number[];
  readonly victimUsedMs?: number | null;
  readonly holdMs?: number;
}

/** At 10 s: the target was evicted at 5 s and asked for at 8 s; the victim was used at 9.5 s. */
function ask({ evictedMs = 5000, arrivals = [8000], victimUsedMs = 9500, holdMs = 5000 }: Scene) {
  const target = new ModelRecord('t');
  target.evictedMs = evictedMs;
  target.waiting = arrivals.map((arrivedMs, id) => ({ id, model: 't', arrivedMs }));
  const victim = new ModelRecord('v');
  victim.lastUsedMs = victimUsedMs;
  return hold({ target, victims: [victim], estimates, holdMs, nowMs: 10_000 });
}

describe('holding a swap back', () => {
  it('waits until the requests have together waited as long as the hold', () => {
    expect(ask({})).toBe(13_000);
    expect(ask({ arrivals: [8000, 9000] })).toBe(11_000);
  });

  it('never holds for longer than the reload would take', () => {
    expect(ask({ holdMs: 60_000 })).toBe(13_500);
  });

  it.each<[string, Scene]>([
    ['for a model that was never evicted', { evictedMs: null }],
    ['for a model whose eviction is long past', { evictedMs: -20_000 }],
    ['when the victim has not been used lately', { victimUsedMs: -5000 }],
    ['when the victim has never been used', { victimUsedMs: null }],
    ['when the requests have waited enough', { arrivals: [4000] }],
    ['when many wait', { arrivals: [9000, 9000, 9000, 9000, 9000] }],
    ['when it is switched off', { holdMs: 0 }],
    ['when nobody waits', { arrivals: [] }],
  ])('does not happen %s', (_, scene) => {
    expect(ask(scene)).toBeNull();
  });
});

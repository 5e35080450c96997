import { describe, expect, it } from 'vitest';
import { retryAfterSeconds } from './retry-after.js';

const full = { estimated: true, ready: true, concurrencyLimit: 4, loadMs: null, serviceMs: null };

describe('Retry-After of a full model', () => {
  it.each([
    { title: 'nothing measured', model: {}, seconds: 1 },
    { title: 'one service shared by four places', model: { serviceMs: 10_000 }, seconds: 3 },
    { title: 'a short service', model: { serviceMs: 20 }, seconds: 1 },
    { title: 'a load that counts no more', model: { loadMs: 60_000, serviceMs: 4000 }, seconds: 1 },
    {
      title: 'a load that is still to come',
      model: { ready: false, loadMs: 60_000, serviceMs: 4000 },
      seconds: 61,
    },
    { title: 'an absurd estimate', model: { serviceMs: 1e9 }, seconds: 600 },
    {
      title: "the reference's rule",
      model: { estimated: false, serviceMs: 100_000, ready: false, loadMs: 60_000 },
      seconds: 1,
    },
  ])('is $seconds s for $title', ({ model, seconds }) => {
    expect(retryAfterSeconds({ ...full, ...model })).toBe(seconds);
  });
});

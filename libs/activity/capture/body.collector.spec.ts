import { describe, expect, it } from 'vitest';
import { BodyBudget } from './body.budget.js';
import { BodyCollector } from './body.collector.js';

describe('BodyCollector', () => {
  it.each([
    [10, 'abc', false],
    [6, 'abcdef', false],
    [5, 'abcde', true],
    [0, '', true],
  ])('keeps the first %i bytes as %j', (limit, content, isCut) => {
    const body = new BodyCollector(limit);
    const pieces = content === 'abc' ? ['abc'] : ['abc', 'def'];
    for (const piece of pieces) body.add(Buffer.from(piece));
    expect([body.content().toString(), body.isCut]).toEqual([content, isCut]);
  });

  it('shares a budget with the bodies collected at the same time', () => {
    const budget = new BodyBudget(() => 5);
    const [one, other] = [new BodyCollector(100, budget), new BodyCollector(100, budget)];
    one.add(Buffer.from('abc'));
    other.add(Buffer.from('defg'));
    expect([other.content().toString(), other.isCut]).toEqual(['de', true]);
    one.release();
    other.add(Buffer.from('never behind a gap'));
    expect(other.content().toString()).toBe('de');
    const third = new BodyCollector(100, budget);
    third.add(Buffer.from('hijk'));
    expect([third.content().toString(), third.isCut]).toEqual(['hij', true]);
  });
});

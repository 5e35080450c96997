import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { SeriesBook } from './series.book.js';
import { TallyFamily } from './tally.family.js';

describe('SeriesBook', () => {
  it('has one series for each set of values', () => {
    const family = new TallyFamily({ name: 'n', help: 'H', type: 'counter' }, new Registry());
    const book = new SeriesBook(['model', 'reason'], family);
    book.of('a', 'b').value += 1;
    book.of('a', 'b').value += 1;
    book.of('ab', '').value += 5;
    expect(family.text().split('\n').slice(2)).toEqual([
      'n{model="a",reason="b"} 2',
      'n{model="ab",reason=""} 5',
    ]);
  });
});

import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareIds } from './compare-ids.js';

describe('compareIds', () => {
  it('agrees with the order of UTF-8 bytes', () => {
    const id = string({ unit: 'binary', maxLength: 6 });
    assert(
      property(id, id, (left, right) => {
        const bytes = Buffer.compare(Buffer.from(left), Buffer.from(right));
        expect(Math.sign(compareIds(left, right))).toBe(bytes);
      }),
    );
  });

  it('puts a character beyond the basic plane after one at its end', () => {
    expect(['\u{1F600}', '\uFFFD', 'b', 'a', 'ab'].toSorted(compareIds)).toEqual([
      'a',
      'ab',
      'b',
      '\uFFFD',
      '\u{1F600}',
    ]);
  });
});

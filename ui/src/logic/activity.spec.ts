import { describe, expect, it } from 'vitest';
import { pageNumbers, shortenMiddle, validBound } from './activity.js';

describe('pageNumbers', () => {
  it.each([
    [1, 3, [1, 2, 3]],
    [1, 20, [1, 2, 3, 4, 5, 6, 7]],
    [10, 20, [7, 8, 9, 10, 11, 12, 13]],
    [20, 20, [14, 15, 16, 17, 18, 19, 20]],
    [1, 0, []],
  ])('shows page %i of %i as %j', (current, pages, expected) => {
    expect(pageNumbers(current, pages)).toEqual(expected);
  });
});

describe('validBound', () => {
  it.each([
    ['', null],
    ['0', null],
    ['-3', null],
    ['1.5', null],
    ['x', null],
    ['7', 7],
  ])('takes %j as %s', (text, expected) => {
    expect(validBound(text)).toBe(expected);
  });
});

describe('shortenMiddle', () => {
  it('keeps the end', () => {
    expect(shortenMiddle('abcdefghijklmnopqrstuvwxyz', 4, 10)).toBe('abcde…wxyz');
    expect(shortenMiddle('short', 4, 10)).toBe('short');
  });
});

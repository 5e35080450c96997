import { describe, expect, it } from 'vitest';
import { appendTail } from './text-tail.js';

describe('appendTail', () => {
  it('cuts at the beginning of a line', () => {
    expect(appendTail('aaaa\nbbbb\n', 'cc\n', 9)).toBe('bbbb\ncc\n');
  });

  it('cuts a single endless line anywhere', () => {
    expect(appendTail('aaaa', 'bbbb', 5)).toBe('abbbb');
  });

  it('keeps everything below the limit', () => {
    expect(appendTail('a\n', 'b', 5)).toBe('a\nb');
  });
});

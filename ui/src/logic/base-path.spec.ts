import { describe, expect, it } from 'vitest';
import { basePathOf } from './base-path.js';

describe('basePathOf', () => {
  it.each([
    ['/ui/', ''],
    ['/ui', ''],
    ['/ui/login', ''],
    ['/ai/ui/', '/ai'],
    ['/team/ai/ui/login', '/team/ai'],
    ['/ai/uix/', ''],
    ['/', ''],
  ])('of %s is %j', (pathname, expected) => {
    expect(basePathOf(pathname)).toBe(expected);
  });
});

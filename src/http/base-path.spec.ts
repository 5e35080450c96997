import { describe, expect, it } from 'vitest';
import { withoutBasePath } from './base-path.js';

describe('withoutBasePath', () => {
  it.each([
    ['/ai/v1/models', '/ai', '/v1/models'],
    ['/ai', '/ai', '/'],
    ['/ai/', '/ai', '/'],
    ['/ai?x=1', '/ai', '/?x=1'],
    ['/ai/ai/x', '/ai', '/ai/x'],
    ['/aid/x', '/ai', '/aid/x'],
    ['/v1/models', '/ai', '/v1/models'],
    ['/ai/x', '', '/ai/x'],
    ['*', '/ai', '*'],
  ])('makes of %s under %j: %s', (url, base, expected) => {
    expect(withoutBasePath(url, base)).toBe(expected);
  });
});

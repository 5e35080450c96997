import { describe, expect, it } from 'vitest';
import { hasBearer } from './scraper-token.js';

describe('hasBearer', () => {
  it.each([
    ['Bearer secret', 'secret', true],
    ['bearer secret', 'secret', true],
    ['Bearer other', 'secret', false],
    ['Bearer secret2', 'secret', false],
    ['Basic secret', 'secret', false],
    ['Bearer ', '', false],
    [undefined, 'secret', false],
  ])('%s against %s: %s', (header, token, expected) => {
    expect(hasBearer(header, token)).toBe(expected);
  });
});

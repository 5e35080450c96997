import { describe, expect, it } from 'vitest';
import { oncePerTurn } from './turn-cache.js';

describe('oncePerTurn', () => {
  it('makes a value once until the turn is over, promises included', async () => {
    let count = 0;
    const read = oncePerTurn(() => (count += 1));
    expect([read(), read()]).toEqual([1, 1]);
    await Promise.resolve();
    expect(read()).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(read()).toBe(2);
  });
});

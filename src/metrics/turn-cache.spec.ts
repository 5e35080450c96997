import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TurnCache } from './turn-cache.js';

function counter(cache: TurnCache): () => number {
  let count = 0;
  return cache.once(() => (count += 1));
}

describe('TurnCache', () => {
  it('makes a value once until the turn is over, promises included', async () => {
    const read = counter(new TurnCache());
    expect([read(), read()]).toEqual([1, 1]);
    await Promise.resolve();
    expect(read()).toBe(1);
    await setImmediate();
    expect(read()).toBe(2);
  });

  it('keeps a value over the pauses of a page, and no longer', async () => {
    const cache = new TurnCache();
    const read = counter(cache);
    expect(read()).toBe(1);
    await cache.during(async () => {
      expect(read()).toBe(2);
      await setImmediate();
      await setImmediate();
      expect(read()).toBe(2);
    });
    expect(read()).toBe(3);
  });

  it('makes it afresh for a page that begins during another', async () => {
    const cache = new TurnCache();
    const read = counter(cache);
    const first = cache.during(async () => {
      expect(read()).toBe(1);
      await setImmediate();
      await setImmediate();
      return read();
    });
    const second = cache.during(async () => read());
    expect(await second).toBe(2);
    expect(await first).toBe(2);
    expect(read()).toBe(3);
  });

  it('makes it afresh after a page that failed', async () => {
    const cache = new TurnCache();
    const read = counter(cache);
    const failing = cache.during(() => Promise.reject(new Error(String(read()))));
    await expect(failing).rejects.toThrow('1');
    expect(read()).toBe(2);
  });
});

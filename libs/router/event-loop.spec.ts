import { describe, expect, it } from 'vitest';
import { EventLoop } from './event-loop.js';

function setUp() {
  const failures: unknown[] = [];
  const order: string[] = [];
  return { failures, order, loop: new EventLoop((error) => failures.push(error)) };
}

describe('event loop', () => {
  it('handles an event before dispatch returns', () => {
    const { loop, order } = setUp();
    loop.dispatch(() => order.push('first'));
    order.push('after');
    expect(order).toEqual(['first', 'after']);
  });

  it('handles what a handler raises after it, in order of arrival', () => {
    const { loop, order } = setUp();
    loop.dispatch(() => {
      loop.dispatch(() => {
        order.push('second');
        loop.dispatch(() => order.push('fourth'));
      });
      loop.dispatch(() => order.push('third'));
      order.push('first');
    });
    expect(order).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('goes on after a handler that throws', () => {
    const { loop, order, failures } = setUp();
    const boom = new Error('boom');
    loop.dispatch(() => {
      loop.dispatch(() => order.push('next'));
      throw boom;
    });
    loop.dispatch(() => order.push('later'));
    expect(order).toEqual(['next', 'later']);
    expect(failures).toEqual([boom]);
  });

  it('gives the outcome of an event to whoever waits for it', async () => {
    const { loop, failures } = setUp();
    await expect(loop.perform(() => Promise.resolve())).resolves.toBeUndefined();
    await expect(loop.perform(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const thrown = loop.perform(() => {
      throw new Error('at once');
    });
    await expect(thrown).rejects.toThrow('at once');
    expect(failures).toEqual([]);
  });
});

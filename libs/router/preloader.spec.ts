import { describe, expect, it } from 'vitest';
import { Preloader } from './preloader.js';

interface Gate {
  readonly model: string;
  readonly signal: AbortSignal;
  readonly settled: PromiseWithResolvers<void>;
}

function setUp() {
  const gates: Gate[] = [];
  const told: [string, string | null][] = [];
  const preloader = new Preloader({
    load: (model, signal) => {
      const settled = Promise.withResolvers<void>();
      gates.push({ model, signal, settled });
      signal.addEventListener('abort', () => settled.reject(new Error('gone')));
      return settled.promise;
    },
    done: (model, error) => told.push([model, error?.message ?? null]),
  });
  return { gates, told, preloader };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('preloader', () => {
  it('loads one after the other and goes on after a failure', async () => {
    const { gates, told, preloader } = setUp();
    const all = preloader.preload(['a', 'b']);
    const more = preloader.preload(['c']);
    await settle();
    expect(gates.map(({ model }) => model)).toEqual(['a']);
    gates[0]!.settled.reject(new Error('no memory'));
    await settle();
    gates[1]!.settled.resolve();
    await all;
    await settle();
    gates[2]!.settled.resolve();
    await more;
    expect(told).toEqual([
      ['a', 'no memory'],
      ['b', null],
      ['c', null],
    ]);
  });

  it('gives up without a word when it is ended', async () => {
    const { gates, told, preloader } = setUp();
    const all = preloader.preload(['a', 'b']);
    await settle();
    preloader.end();
    await all;
    expect(gates).toHaveLength(1);
    expect(told).toEqual([]);
  });
});

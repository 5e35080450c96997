import { expect, it } from 'vitest';
import { MOST_PAIRED, planPairs } from './plan-pairs.js';

const breathe = () => Promise.resolve();

it('asks about each pair, with only the other one running', async () => {
  const asked: string[] = [];
  const plan = (request: string, running: readonly string[]) => {
    asked.push(`${request} beside ${running.join()}`);
    return { evict: request === 'c' ? ['a', 'b'] : [] };
  };
  const pairs = await planPairs(['a', 'b', 'c'], plan, breathe);
  expect(pairs.evicts).toEqual([
    [false, false, true],
    [false, false, true],
    [false, false, false],
  ]);
  expect(asked).toHaveLength(6);
  expect(asked).toContain('c beside a');
});

it('lets other work go on between the questions', async () => {
  let turns = 0;
  const models = Array.from({ length: 8 }, (_, index) => `m${index}`);
  await planPairs(
    models,
    () => ({ evict: [] }),
    () => {
      turns += 1;
      return Promise.resolve();
    },
  );
  expect(turns).toBe(8);
});

it('compares no more than it says', async () => {
  const models = Array.from({ length: 100 }, (_, index) => `m${index}`);
  const pairs = await planPairs(models, () => ({ evict: [] }), breathe);
  expect([pairs.models.length, pairs.evicts.length]).toEqual([MOST_PAIRED, MOST_PAIRED]);
});

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BENCHMARKS, HELD_BY_TESTS } from './bench/goals.mjs';
import { countsOf, type Goal, linesOf, type Outcome, reportOf } from './bench/verdict.mjs';

const root = resolve(import.meta.dirname, '..');

const PRINTED = `Warm small request

| contender | CPU µs |
| --- | --- |
| drover | 80 |
`;

const fromTable: Goal['find'] = (tables) => Number(tables[0]?.rows[0]?.['CPU µs']);

function verdictOf(goal: Partial<Goal>, outcome: Partial<Outcome> = {}) {
  const whole = { what: 'CPU', most: 100, find: fromTable, why: 'What is left', ...goal };
  const told = { text: PRINTED, failure: null, isLeftOut: false, ...outcome };
  return linesOf({ name: 'proxy', goals: [whole] }, told)[0]!;
}

describe('verdicts of benchmarks', () => {
  it('pass up to the goal and miss above it', () => {
    expect(verdictOf({ most: 80 })).toMatchObject({ figure: 80, verdict: 'pass' });
    expect(verdictOf({ most: 79.9 })).toMatchObject({ figure: 80, verdict: 'miss' });
  });

  it('name the passage that explains a miss, and only then', () => {
    expect(verdictOf({ most: 1 }).explained).toBe('docs/performance.md#what-is-left');
    expect(verdictOf({}).explained).toBeNull();
  });

  it.each([
    ['not measured', { find: () => null }, {}],
    ['no target', { most: null }, {}],
    ['left out', {}, { isLeftOut: true, text: '' }],
  ])('are %s', (verdict, goal, outcome) => {
    expect(verdictOf(goal, outcome).verdict).toBe(verdict);
  });

  it('take no figure from a benchmark that has failed', () => {
    const line = verdictOf({}, { failure: 'it ended with 1' });
    expect(line).toMatchObject({ verdict: 'failed', figure: null, explained: null });
  });

  it('are shown in two tables: what is promised, and the rest', () => {
    const lines = [
      verdictOf({ what: 'promised', most: 1 }),
      verdictOf({ what: 'own', isOwn: true }),
      verdictOf({ what: 'plain', most: null }),
    ];
    expect(reportOf(lines, [{ what: 'loads', target: '≤ all', test: 'a.spec.ts' }])).toBe(
      [
        'What is promised',
        '',
        '| what | target | figure | verdict |',
        '| --- | --- | --- | --- |',
        '| promised | ≤ 1 | 80.00 | miss: docs/performance.md#what-is-left |',
        '| loads | ≤ all |  | test: a.spec.ts |',
        '',
        'Measured beside it',
        '',
        '| what | target | figure | verdict |',
        '| --- | --- | --- | --- |',
        '| own | ≤ 100 | 80.00 | pass |',
        '| plain |  | 80.00 | no target |',
      ].join('\n'),
    );
    expect(countsOf(lines)).toBe('1 miss, 1 pass, 1 no target');
  });
});

describe('the list of benchmarks', () => {
  const goals = BENCHMARKS.flatMap((benchmark) => benchmark.goals);

  it('names each goal once', () => {
    const names = goals.map(({ what }) => what);
    expect(names).toEqual([...new Set(names)]);
  });

  it('explains each goal under a heading of docs/performance.md', () => {
    const page = readFileSync(join(root, 'docs/performance.md'), 'utf8');
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
    const wanted = goals.filter(({ most }) => most !== null).map(({ why }) => why);
    expect(wanted.filter((why) => !headings.includes(why))).toEqual([]);
  });

  it('names files that exist', () => {
    const named = BENCHMARKS.flatMap(({ args }) => args.filter((one) => /\.(ts|mjs)$/.test(one)));
    const files = [
      ...named.map((one) => `test/bench/${one}`),
      ...HELD_BY_TESTS.map((one) => one.test),
    ];
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

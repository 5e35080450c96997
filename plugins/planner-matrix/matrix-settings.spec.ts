import { PluginConfigError, PluginConfigProblem } from '#lib/plugin-api';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MatrixPlannerPlugin } from './matrix-planner.plugin.js';

interface DslCase {
  readonly name: string;
  readonly sets: readonly { readonly name: string; readonly dsl: string }[] | null;
  readonly vars?: Record<string, string>;
  readonly evictCosts?: Record<string, number>;
  readonly ok: boolean;
  readonly errorKind?: string;
}

const fixture = JSON.parse(readFileSync(new URL('fixtures/dsl.json', import.meta.url), 'utf8')) as {
  models: string[];
  cases: DslCase[];
};

const ALIASES = new Map([['nick', 'qwen']]);

function problemsOf(
  settings: unknown,
  models: readonly string[] = ['qwen'],
): readonly PluginConfigProblem[] {
  try {
    new MatrixPlannerPlugin().createPlanner({
      models: models.map((id) => ({ id, memory: null })),
      settings,
      resolve: (name) => ALIASES.get(name) ?? (models.includes(name) ? name : null),
    });
    return [];
  } catch (error) {
    if (error instanceof PluginConfigError) return error.problems;
    throw error;
  }
}

describe('settings of the matrix planner', () => {
  it.each(fixture.cases)('accepts or rejects $name as published', (dsl) => {
    const [first] = problemsOf(
      {
        vars: dsl.vars,
        evictCosts: dsl.evictCosts,
        sets: new Map(dsl.sets?.map(({ name, dsl: text }) => [name, text])),
      },
      fixture.models,
    );
    expect(first?.kind).toBe(dsl.errorKind);
  });

  it.each([
    ['a bad character', { sets: { combo: 'org/qwen' } }, ['combo', '/', 'position 3']],
    ['a position in characters', { sets: { combo: '  𝔸 / a' } }, ['position 2']],
    ['a double operator', { sets: { combo: 'qwen && qwen' } }, ['combo', '&', 'position 6']],
    ['an empty expression', { sets: { combo: ' \u0085 ' } }, ['combo', 'empty']],
    ['an expression that is null', { sets: { combo: null } }, ['combo', 'empty']],
    ['an open parenthesis', { sets: { combo: '(qwen | qwen' } }, ['combo', 'closing parenthesis']],
    ['a missing operator in parentheses', { sets: { combo: '(qwen qwen)' } }, ['combo', '"qwen"']],
    ['an unknown model', { sets: { combo: 'qwen & ghost' } }, ['combo', 'ghost']],
    ['an alias', { sets: { combo: 'nick' } }, ['combo', 'alias', 'qwen']],
    ['an undefined reference', { sets: { combo: '+ghost' } }, ['combo', 'ghost']],
    ['an open end', { sets: { combo: 'qwen &' } }, ['combo', 'unexpected end']],
    ['a circle', { sets: { combo: 'qwen & +duo', duo: '+combo' } }, ['circular', '+combo → +duo']],
    [
      'a cost for nobody',
      { evict_costs: { ghost: 2 }, sets: { s: 'qwen' } },
      ['evict_costs', 'ghost'],
    ],
    ['a cost below 1', { evict_costs: { qwen: 0.5 }, sets: { s: 'qwen' } }, ['qwen', 'positive']],
    [
      'a cost that is text',
      { evict_costs: { qwen: '2' }, sets: { s: 'qwen' } },
      ['positive', '"2"'],
    ],
    ['no sets', {}, ['set', 'at least one']],
    ['no settings at all', null, ['sets', 'at least one']],
    ['sets as a list', { sets: ['qwen'] }, ['sets', 'mapping']],
    ['a var with an underscore', { vars: { a_b: 'qwen' }, sets: { s: 'qwen' } }, ['vars.a_b']],
    ['a var for an alias', { vars: { short: 'nick' }, sets: { s: 'qwen' } }, ['short', 'nick']],
    ['a var for nobody', { vars: { short: 'ghost' }, sets: { s: 'qwen' } }, ['short', 'ghost']],
  ])('explains %s', (_, settings, words) => {
    const text = problemsOf(settings).map(({ path, message }) => `${path}: ${message}`);
    expect(text).toHaveLength(1);
    for (const word of words) expect(text[0]).toContain(word);
  });

  it('reports every problem at once: vars, costs, expressions in order, then circles', () => {
    const problems = problemsOf({
      vars: { v: 'ghost' },
      evict_costs: { qwen: -1 },
      sets: { a: '&', loop: '+loop', b: '+nope' },
    });
    expect(problems.map(({ kind }) => kind)).toEqual([
      'var-unknown-model',
      'cost-not-positive',
      'unexpected-token',
      'undefined-set',
      'cycle',
    ]);
  });

  it('reports a circle once, however many sets lead into it', () => {
    const sets = { in: '+x', x: '+y', y: '+z & qwen', z: '+x', also: '+z' };
    expect(problemsOf({ sets })).toHaveLength(1);
  });

  it('parses and solves 20,000 nested parentheses', () => {
    const text = `${'('.repeat(20_000)}qwen${')'.repeat(20_000)}`;
    expect(problemsOf({ sets: { deep: text } })).toEqual([]);
  });
});

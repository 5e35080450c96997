import { Planner, PlanQuestion, PluginConfigError } from '#lib/plugin-api';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MatrixPlanner } from './matrix.planner.js';
import { MatrixPlannerPlugin } from './matrix-planner.plugin.js';

interface Decision {
  readonly target: string;
  readonly running: readonly string[];
  readonly evict: readonly string[];
  readonly set: string;
  readonly cost: number;
  readonly targetSet: readonly string[];
}

interface DecisionCase {
  readonly name: string;
  readonly models: readonly string[];
  readonly vars?: Record<string, string>;
  readonly evictCosts?: Record<string, number>;
  readonly sets: readonly { readonly name: string; readonly dsl: string }[];
  readonly effectiveOrder: readonly string[];
  readonly decisions: readonly Decision[];
}

interface Vector {
  readonly about: string;
  readonly models: readonly string[];
  readonly vars: Record<string, string>;
  readonly sets: readonly (readonly [string, string])[];
  readonly costs?: Record<string, number>;
  readonly target?: string;
  readonly running?: readonly string[];
  readonly expect?: Omit<Decision, 'target' | 'running'>;
  readonly together?: readonly string[];
  readonly expectTogether?: boolean;
  readonly errorContains?: readonly string[];
}

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));
}

function planner(models: readonly string[], settings: unknown): MatrixPlanner {
  return new MatrixPlannerPlugin().createPlanner({
    models: models.map((id) => ({ id, memory: null })),
    settings,
    resolve: (name) => (models.includes(name) ? name : null),
  });
}

function question(target: string, running: readonly string[]): PlanQuestion {
  const resident = running.map((model) => ({
    model,
    state: 'ready' as const,
    inFlight: 0,
    waiting: 0,
    lastUsedMs: null,
  }));
  return { target, resident, nowMs: 0 };
}

function decide(matrix: Planner, target: string, running: readonly string[]): Decision {
  const plan = matrix.plan(question(target, running));
  return {
    target,
    running,
    evict: plan.evict,
    set: plan.choice ?? '',
    cost: plan.cost!,
    targetSet: plan.members!,
  };
}

describe('MatrixPlanner', () => {
  const { cases } = fixture('decisions.json') as { cases: DecisionCase[] };

  it.each(cases)('decides as published: $name', ({ models, vars, evictCosts, sets, ...rest }) => {
    const named = new Map(sets.map(({ name, dsl }) => [name, dsl]));
    const matrix = planner(models, { vars, evictCosts, sets: named });
    expect(matrix.effectiveOrder).toEqual(rest.effectiveOrder);
    const decisions = rest.decisions.map(({ target, running }) => decide(matrix, target, running));
    expect(decisions).toEqual(rest.decisions);
  });

  const vectors = fixture('vectors.json') as Vector[];
  const create = ({ models, vars, costs, sets }: Vector): MatrixPlanner =>
    planner(models, { vars, evict_costs: costs, sets: new Map(sets) });

  it.each(vectors.filter((vector) => vector.expect))('follows the rules: $about', (vector) => {
    const decision = decide(create(vector), vector.target!, vector.running!);
    expect(decision).toMatchObject(vector.expect!);
  });

  it.each(vectors.filter((vector) => vector.together))('judges $about', (vector) => {
    expect(create(vector).canRunTogether(vector.together!)).toBe(vector.expectTogether);
  });

  it.each(vectors.filter((vector) => vector.errorContains))('refuses $about', (vector) => {
    expect(() => create(vector)).toThrow(PluginConfigError);
    for (const part of vector.errorContains!) expect(() => create(vector)).toThrow(part);
  });

  it('lets the cost of an id win over the cost of a var for the same model', () => {
    const sets = { s: 'c & (a | b)' };
    for (const evict_costs of [
      { v: 9, b: 2 },
      { b: 2, v: 9 },
    ]) {
      const matrix = planner(['a', 'b', 'c'], { vars: { v: 'b' }, evict_costs, sets });
      expect(decide(matrix, 'c', ['a', 'b'])).toMatchObject({ evict: ['a'], cost: 1 });
      expect(decide(matrix, 'a', ['b'])).toMatchObject({ evict: ['b'], cost: 2 });
    }
  });

  it('takes a name in evict_costs for a var first, and in evictCosts for a model first', () => {
    const rest = { vars: { a: 'b' }, sets: { s: 'c' } };
    const models = ['a', 'b', 'c'];
    const written = planner(models, { ...rest, evict_costs: { a: 5 } });
    expect(decide(written, 'c', ['a', 'b']).cost).toBe(6);
    expect(written.plan(question('c', ['b'])).cost).toBe(5);
    const resolved = planner(models, { ...rest, evictCosts: { a: 5 } });
    expect(resolved.plan(question('c', ['a'])).cost).toBe(5);
  });

  it('names what it weighed, best first, with the plan as the first', () => {
    const matrix = planner(['a', 'b', 'c'], { sets: { ab: 'a & b', ac: 'a & c', bc: 'b & c' } });
    const plan = matrix.plan(question('c', ['a', 'b']));
    expect(plan.candidates).toEqual([
      { evict: ['b'], cost: 1, choice: 'ac' },
      { evict: ['a'], cost: 1, choice: 'bc' },
    ]);
    expect(plan.evict).toEqual(['b']);
  });

  it('decides among 100 running models', () => {
    const models = Array.from({ length: 100 }, (_, index) => `m${String(index).padStart(2, '0')}`);
    const matrix = planner(models, { sets: { all: models.join(' & '), pair: 'm00 | m01' } });
    expect(decide(matrix, 'm99', models.slice(0, 99))).toMatchObject({ evict: [], set: 'all' });
    expect(matrix.canRunTogether(models)).toBe(true);
  });

  it('decides anew when the running models change, and not otherwise', () => {
    const matrix = planner(['a', 'b', 'c'], { sets: { ab: 'a & b', ac: 'a & c' } });
    const first = matrix.plan(question('a', ['b', 'c']));
    expect(matrix.plan(question('a', ['b', 'c']))).toBe(first);
    expect(matrix.plan(question('a', ['c'])).evict).toEqual([]);
    expect(matrix.plan(question('a', ['b', 'c']))).toEqual(first);
  });

  it('lets a model that is in no set run alone', () => {
    const matrix = planner(['a', 'b', 's'], { sets: { ab: 'a & b' } });
    expect(matrix.plan(question('s', ['a', 'b']))).toEqual({
      evict: ['a', 'b'],
      cost: 0,
      members: ['s'],
    });
  });

  it('stays within allowed sets where the same 19 running models compete in 12 places', () => {
    const models = Array.from({ length: 20 }, (_, index) => `m${index}`).toSorted();
    const sets = { s: Array.from({ length: 12 }, () => `(${models.join('|')})`).join('&') };
    const { evict } = decide(planner(models, { sets }), models[0]!, models.slice(1));
    expect(evict).toHaveLength(8);
  });

  it('solves products of 10^24 combinations, also with every alternative running', () => {
    const groups = Array.from({ length: 24 }, (_, group) =>
      Array.from({ length: 10 }, (__, index) => `g${group}-${index}`),
    );
    const sets = { all: groups.map((group) => `(${group.join(' | ')})`).join(' & ') };
    const matrix = planner(groups.flat().toSorted(), { sets });
    const { evict, cost } = decide(matrix, 'g0-0', groups.flat().slice(1).toSorted());
    expect(evict).toHaveLength(9 * 24);
    expect(cost).toBe(9 * 24);
  });
});

/** All model sets an expression stands for, by the book. */
type Family = readonly ReadonlySet<string>[];

interface Formula {
  readonly text: string;
  readonly family: Family;
}

function covers(outer: ReadonlySet<string>, inner: ReadonlySet<string>): boolean {
  return [...inner].every((model) => outer.has(model));
}

const MODELS = ['a', 'b', 'c', 'd', 'e', 'f'];

const formula = fc.letrec<{ formula: Formula; leaf: Formula; node: Formula }>((tie) => ({
  leaf: fc.constantFrom(...MODELS).map((model) => ({ text: model, family: [new Set([model])] })),
  node: fc
    .tuple(fc.constantFrom('&', '|'), fc.array(tie('formula'), { minLength: 2, maxLength: 3 }))
    .map(([operator, parts]) => ({
      text: `(${parts.map(({ text }) => text).join(operator)})`,
      family:
        operator === '|'
          ? parts.flatMap(({ family }) => family)
          : parts
              .map(({ family }) => family)
              .reduce((left, right) =>
                left.flatMap((l) => right.map((r) => new Set([...l, ...r]))),
              ),
    })),
  formula: fc.oneof({ maxDepth: 4, depthSize: 'medium' }, tie('leaf'), tie('node')),
})).formula;

describe('MatrixPlanner against full expansion', () => {
  const situation = fc.record({
    formulas: fc.array(formula, { minLength: 1, maxLength: 3 }),
    target: fc.constantFrom(...MODELS),
    running: fc.subarray(MODELS),
    costs: fc.dictionary(fc.constantFrom(...MODELS), fc.integer({ min: 1, max: 4 })),
  });

  it('finds the lowest price, takes a set that offers it, and evicts what is outside', () => {
    fc.assert(
      fc.property(situation, ({ formulas, target, running, costs }) => {
        fc.pre(!running.includes(target) && formulas.some(({ text }) => text.includes(target)));
        const sets = new Map(formulas.map(({ text }, index) => [`s${index}`, text]));
        const matrix = planner(MODELS, { evict_costs: costs, sets });
        const plan = matrix.plan(question(target, running));
        const price = (set: ReadonlySet<string>): number =>
          running.filter((model) => !set.has(model)).reduce((sum, m) => sum + (costs[m] ?? 1), 0);
        const prices = formulas.map(({ family }) =>
          Math.min(...family.filter((set) => set.has(target)).map(price)),
        );
        const lowest = Math.min(...prices);
        expect(plan.cost).toBe(lowest);
        expect(plan.choice).toBe(`s${prices.indexOf(lowest)}`);
        const family = formulas[prices.indexOf(lowest)]!.family;
        const members = new Set(plan.members);
        expect(family.some((set) => covers(set, members) && covers(members, set))).toBe(true);
        expect(plan.evict).toEqual(running.filter((model) => !members.has(model)));
      }),
      { numRuns: 500 },
    );
  });

  it('knows what can run together', () => {
    fc.assert(
      fc.property(situation, ({ formulas, running }) => {
        const sets = new Map(formulas.map(({ text }, index) => [`s${index}`, text]));
        const wanted = new Set(running);
        const allowed = formulas.some(({ family }) => family.some((set) => covers(set, wanted)));
        expect(planner(MODELS, { sets }).canRunTogether(running)).toBe(allowed);
      }),
      { numRuns: 500 },
    );
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PlannerConfig, PluginConfigError, readPluginMetadata } from '#lib/plugin-api';
import { GroupPlannerPlugin } from './group-planner.plugin.js';

interface Case {
  readonly name: string;
  readonly models: readonly string[];
  readonly groups: Record<string, unknown>;
  readonly decisions: readonly { target: string; running: string[]; evict: string[] }[];
}

const file = join(import.meta.dirname, 'fixtures', 'planner-group.json');
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

function config(
  models: readonly string[],
  groups: unknown,
  aliases: Record<string, string> = {},
): PlannerConfig {
  return {
    models: models.map((id) => ({ id, memory: null })),
    settings: { groups },
    resolve: (name) => (models.includes(name) ? name : (aliases[name] ?? null)),
  };
}

function evicted(
  planner: ReturnType<GroupPlannerPlugin['createPlanner']>,
  d: Case['decisions'][0],
) {
  const resident = d.running.map((model) => ({
    model,
    state: 'ready' as const,
    inFlight: 0,
    waiting: 0,
    lastUsedMs: null,
  }));
  return planner.plan({ target: d.target, resident, nowMs: 0 }).evict;
}

function problems(models: readonly string[], groups: unknown): string[] {
  try {
    new GroupPlannerPlugin().createPlanner(config(models, groups));
    return [];
  } catch (error) {
    if (!(error instanceof PluginConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('group planner', () => {
  const decisions = cases.flatMap((entry) =>
    entry.decisions.map((decision) => ({
      entry,
      decision,
      title: `${entry.name}: ${decision.target} beside [${decision.running.join(', ')}]`,
    })),
  );

  it('has every decision of the table', () => {
    expect(decisions).toHaveLength(136);
  });

  it.each(decisions)('decides $title', ({ entry, decision }) => {
    const plain = new GroupPlannerPlugin().createPlanner(config(entry.models, entry.groups));
    expect(evicted(plain, decision)).toEqual(decision.evict);
    const map = new Map(Object.entries(entry.groups));
    const fromMap = new GroupPlannerPlugin().createPlanner(config(entry.models, map));
    expect(evicted(fromMap, decision)).toEqual(decision.evict);
  });

  it('is registered as the planner called group', () => {
    expect(readPluginMetadata(GroupPlannerPlugin)).toMatchObject({
      kind: 'planner',
      name: 'group',
    });
  });

  it('takes members by alias', () => {
    const groups = { g: { swap: false, members: ['nick', 'b'] } };
    const planner = new GroupPlannerPlugin().createPlanner(
      config(['a', 'b'], groups, { nick: 'a' }),
    );
    expect(evicted(planner, { target: 'b', running: ['a'], evict: [] })).toEqual([]);
  });

  it('adds ungrouped models to a default group whose flags the user has set', () => {
    const groups = { '(default)': { swap: false, members: ['a'] } };
    const planner = new GroupPlannerPlugin().createPlanner(config(['a', 'b'], groups));
    expect(evicted(planner, { target: 'b', running: ['a'], evict: [] })).toEqual([]);
  });

  it('evicts a model that a reload has removed, unless the target lets others stay', () => {
    const groups = { non: { exclusive: false, members: ['y'] } };
    const planner = new GroupPlannerPlugin().createPlanner(config(['x', 'y'], groups));
    expect(evicted(planner, { target: 'x', running: ['gone'], evict: [] })).toEqual(['gone']);
    expect(evicted(planner, { target: 'y', running: ['gone'], evict: [] })).toEqual([]);
  });

  it('tells which models can be resident at once', () => {
    const groups = {
      pair: { swap: false, members: ['a', 'b'] },
      keep: { exclusive: false, persistent: true, members: ['p', 'q'] },
    };
    const planner = new GroupPlannerPlugin().createPlanner(
      config(['a', 'b', 'c', 'p', 'q'], groups),
    );
    expect(planner.canRunTogether(['a', 'b', 'p'])).toBe(true);
    expect(planner.canRunTogether(['a', 'c'])).toBe(false);
    expect(planner.canRunTogether(['p', 'q'])).toBe(false);
    expect(planner.canRunTogether([])).toBe(true);
  });

  it('lists every problem of its settings at once', () => {
    const groups = {
      g: { swap: 'yes', members: ['a', 'a', 'nobody', 7] },
      h: { members: ['a'] },
      i: 'text',
      j: { members: 'b' },
    };
    expect(problems(['a', 'b'], groups)).toEqual([
      'groups.g.swap: is "yes"; allowed are true and false',
      'groups.g.members[1]: model a is a member of g twice',
      'groups.g.members[2]: "nobody" is no model or alias; models: a, b',
      'groups.g.members[3]: "7" is no model or alias; models: a, b',
      'groups.h.members[0]: model a is a member of two groups, g and h; one is allowed',
      'groups.i: is not a group; expected swap, exclusive, persistent, members',
      'groups.j.members: is not a list of models',
    ]);
  });

  it('works without any settings', () => {
    const planner = new GroupPlannerPlugin().createPlanner({
      ...config(['a'], {}),
      settings: null,
    });
    expect(planner.canRunTogether(['a'])).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { Planner, PlanQuestion, ResidentModel } from '#lib/plugin-api';
import { ScriptedAnswer, ScriptedLine } from '../testing/scripted-line.js';
import { IsolatedPlannerPlugin } from './isolated-planner.plugin.js';
import { PluginThread } from './plugin-thread.js';

async function planners(script: (method: string) => ScriptedAnswer) {
  const clock = new VirtualClock();
  const thread = new PluginThread({
    clock,
    open: () => Promise.resolve(new ScriptedLine(clock, ({ method }) => script(method))),
    cutOff: () => {},
  });
  await thread.start();
  thread.hurry();
  const plugin = new IsolatedPlannerPlugin(thread, 'odd');
  const create = (): Planner =>
    plugin.createPlanner({ models: [], settings: {}, resolve: (name) => name });
  return { create, clock, thread };
}

function resident(model: string, state: ResidentModel['state']): ResidentModel {
  return { model, state, inFlight: 0, waiting: 0, lastUsedMs: null };
}

function question(state: ResidentModel['state'] | null): PlanQuestion {
  const target = state ? [resident('t', state)] : [];
  return { target: 't', resident: [resident('a', 'ready'), ...target], nowMs: 0 };
}

const created = { afterMs: 1 };

describe('a planner in a thread of its own', () => {
  it('decides as it says', async () => {
    const { create } = await planners((method) => {
      return { afterMs: 1, value: method === 'plan' ? { evict: ['a'] } : true };
    });
    const planner = create();
    expect(planner.plan(question(null))).toEqual({ evict: ['a'] });
    expect(planner.canRunTogether(['a', 't'])).toBe(true);
  });

  it.each([
    { is: 'not resident', state: null, evict: ['a'] },
    { is: 'starting', state: 'starting', evict: ['a'] },
    { is: 'ready', state: 'ready', evict: [] },
  ] as const)('runs one model at a time when it is late and the target is $is', async (one) => {
    const { create } = await planners((method) => (method === 'plan' ? {} : created));
    const choice = 'one at a time (odd has not answered)';
    expect(create().plan(question(one.state))).toEqual({ evict: one.evict, choice });
  });

  it('is taken at its last word for the same models when it is late', async () => {
    let answer: ScriptedAnswer = { afterMs: 1, value: { evict: [], choice: 'mine' } };
    const { create } = await planners((method) => (method === 'plan' ? answer : created));
    const planner = create();
    planner.plan(question(null));
    answer = {};
    expect(planner.plan(question(null))).toEqual({ evict: [], choice: 'mine' });
    expect(planner.plan({ ...question(null), target: 'u' }).choice).toContain('has not answered');
  });

  it('stays cut off until the next configuration', async () => {
    const { create, thread } = await planners(() => {
      return { afterMs: 1, value: { evict: [], choice: 'mine' } };
    });
    const old = create();
    thread.cutOff('test');
    await Promise.resolve();
    await Promise.resolve();
    expect(old.plan(question(null)).choice).toContain('has not answered');
    expect(old.canRunTogether(['a', 't'])).toBe(false);
    expect(create().plan(question(null)).choice).toBe('mine');
  });

  it('refuses a configuration that it does not read in time', async () => {
    const { create } = await planners(() => ({}));
    expect(create).toThrow('the planner odd does not read its settings within 50 ms');
  });
});

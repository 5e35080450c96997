import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { Plan, Planner, PlanQuestion, ResidentModel } from '#lib/plugin-api';
import { GuardedPlanner } from './guarded.planner.js';

function resident(model: string): ResidentModel {
  return { model, state: 'ready', inFlight: 0, waiting: 0, lastUsedMs: null };
}

const question: PlanQuestion = {
  target: 't',
  resident: [resident('a'), resident('b'), resident('t')],
  nowMs: 0,
};

function guarded(planner: Partial<Planner>) {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const write = (line: string): number => lines.push(line);
  const log = { log: write, warn: write, error: write };
  const complete = { plan: () => ({ evict: [] }), canRunTogether: () => true, ...planner };
  return { clock, lines, planner: new GuardedPlanner(complete, { clock, log }) };
}

const broken = (): Plan => {
  throw new Error('no idea');
};

describe('guarded planner', () => {
  it('passes a good plan on as it is', () => {
    const plan = { evict: ['b'], choice: 'x', cost: 7 };
    const { planner, lines } = guarded({ plan: () => plan });
    expect(planner.plan(question)).toEqual(plan);
    expect(lines).toEqual([]);
  });

  it('evicts neither the target nor what is not resident', () => {
    const { planner } = guarded({ plan: () => ({ evict: ['t', 'ghost', 'a'] }) });
    expect(planner.plan(question).evict).toEqual(['a']);
  });

  it('lets the target run alone when the planner throws, and says so once a minute', () => {
    const { planner, lines, clock } = guarded({ plan: broken });
    expect(planner.plan(question).evict).toEqual(['a', 'b']);
    planner.plan(question);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('failed, t will run alone: Error: no idea');
    clock.advance(60_000);
    planner.plan(question);
    expect(lines).toHaveLength(2);
  });

  it('reports a planner that is slow', () => {
    const { planner, lines, clock } = guarded({
      plan: () => {
        clock.advance(120);
        return { evict: [] };
      },
    });
    planner.plan(question);
    expect(lines).toEqual([expect.stringContaining('took 120 ms for a plan')]);
  });

  it('reports a failure although it has been slow a moment before', () => {
    let isSlow = true;
    const { planner, lines, clock } = guarded({
      plan: () => {
        if (!isSlow) return broken();
        clock.advance(120);
        return { evict: [] };
      },
    });
    planner.plan(question);
    isSlow = false;
    planner.plan(question);
    expect(lines[1]).toContain('failed, t will run alone');
  });

  it('survives a swapStarted that throws', () => {
    const { planner, lines } = guarded({
      swapStarted: () => {
        throw new Error('full disk');
      },
    });
    planner.swapStarted(question, { evict: [] });
    expect(lines).toEqual([expect.stringContaining('failed in swapStarted: Error: full disk')]);
  });
});

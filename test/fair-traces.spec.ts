import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenRequirements, readTraces, simulate, SimulationResult, Trace } from '#lib/router';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { MatrixPlannerPlugin } from '#plugin/planner-matrix';
import { MemoryPlannerPlugin } from '#plugin/planner-memory';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';

const folder = join(import.meta.dirname, 'fixtures', 'routing');
const traces = readdirSync(folder)
  .toSorted()
  .flatMap((name) => readTraces(readFileSync(join(folder, name), 'utf8'), name));
const planners = { group: new GroupPlannerPlugin(), matrix: new MatrixPlannerPlugin() };
const scheduler = new FairSchedulerPlugin();

function run(trace: Trace, schedulerSettings: unknown = null): SimulationResult {
  return simulate(trace, {
    planner: planners[trace.config.router],
    scheduler,
    schedulerSettings,
    internals: true,
  });
}

function byId(start: string): Trace {
  return traces.find(({ id }) => id.startsWith(start))!;
}

function resultsOf({ outcomes }: Pick<SimulationResult, 'outcomes'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outcomes).map(([id, { result, reason }]) => [id, `${result} ${reason ?? ''}`]),
  );
}

describe('fair on the routing traces', () => {
  const kept = traces.filter(({ parity }) => parity !== 'defect');

  it.each(kept)('ends every request of $id as it should', (trace) => {
    expect(resultsOf(run(trace))).toEqual(resultsOf(trace.expect!));
  });

  it.each(traces.filter(({ parity }) => parity === 'defect'))('keeps what $id asks', (trace) => {
    expect(brokenRequirements(run(trace), trace.require ?? [])).toEqual([]);
  });

  const W = 5000;

  it.each([
    ['t04', 'b1', W + 1000 + 500 + 4000],
    ['t06', 'l1', W + 2 * (500 + 4000 + 1000) + 500 + 4000],
    ['t28', 'b1', W + 1000 + 500 + 4000],
  ])('bounds the wait in %s by W and what lies ahead', (id, request, maxMs) => {
    const { outcomes } = run(byId(id), { maxWait: `${W}ms` });
    expect(outcomes[request]!.waitMs).toBeLessThanOrEqual(maxMs);
  });

  it.each([
    ['t16', { r2: 3700 }, { lastEndMs: 7800 }],
    ['t21', { r2: 4500 }, {}],
    ['t23', {}, { totalWaitMs: 0 }],
    ['t29', { r2: 4500 }, {}],
    ['t30', {}, { loads: 1, totalWaitMs: 3500 }],
    ['t32', {}, { loads: 4 }],
    ['t40', { b3: 0 }, { loads: 1 }],
    ['t41', {}, { totalWaitMs: 100_550, maxWaitMs: 66_900 }],
    ['t44', { r2: 3700 }, {}],
  ])('reaches in %s what can be reached', (id, waits, summary) => {
    const { outcomes, summary: reached } = run(byId(id));
    const reachedWaits = Object.keys(waits).map((request) => [request, outcomes[request]!.waitMs]);
    expect(Object.fromEntries(reachedWaits)).toEqual(waits);
    expect(reached).toMatchObject(summary);
  });

  it('loads each model of t31 once under the planner memory, because both fit', () => {
    const planner = new MemoryPlannerPlugin();
    const trace = byId('t31');
    const { summary } = simulate(trace, { planner, scheduler, plannerSettings: {} });
    expect(summary).toMatchObject({ loads: 2, totalWaitMs: 8000 });
  });
});

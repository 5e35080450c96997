import { describe, expect, it } from 'vitest';
import {
  brokenRequirements,
  comparableTimeline,
  differences,
  simulate,
  Trace,
  TraceInput,
  TraceRequirement,
} from '#lib/router';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';

type Overrides = Omit<Partial<Trace>, 'config'> & { config?: Partial<Trace['config']> };

function trace(inputs: readonly TraceInput[], { config, ...rest }: Overrides = {}): Trace {
  const world = { loadMs: 4000, stopMs: 500 };
  return {
    id: 'test',
    config: { router: 'group', models: { a: {}, b: {} }, ...config },
    world: { a: world, b: world },
    inputs,
    ...rest,
  };
}

function run(one: Trace) {
  return simulate(one, { planner: new GroupPlannerPlugin(), scheduler: new FifoSchedulerPlugin() });
}

const request = (at: number, id: string, model: string, more = {}): TraceInput => {
  return { at, do: 'request', id, model, serviceMs: 1000, ...more };
};

const together = { g: { swap: false, members: ['a', 'b'] } };

describe('simulation', () => {
  it('fails a load that takes longer than the health check may', () => {
    const config = { healthCheckTimeoutMs: 3000 };
    const { timeline, outcomes } = run(trace([request(0, 'r', 'a')], { config }));
    expect(comparableTimeline(timeline)).toEqual([
      '0 starting a',
      '3000 startFailed a  timeout',
      '3500 error a r start failed',
      '3500 stopped a',
    ]);
    expect(outcomes['r']).toMatchObject({ result: 'error', reason: 'start failed', end: 3500 });
  });

  it('kills a victim that ignores its signal at the end of the eviction grace', () => {
    const world = { a: { loadMs: 1000, stopMs: 900_000 }, b: { loadMs: 1000, stopMs: 0 } };
    const initial = { ready: ['a'] };
    const { outcomes } = run(trace([request(0, 'r', 'b')], { world, initial }));
    expect(outcomes['r']).toMatchObject({ waitMs: 121_000 });
  });

  it.each([
    { what: 'an unload', input: { at: 0, do: 'unload' } as const, ends: 10_000 },
    { what: 'a shutdown', input: { at: 0, do: 'shutdown' } as const, ends: 30_000 },
  ])('kills a process that ignores its signal at the end of the grace of $what', (one) => {
    const world = { a: { loadMs: 0, stopMs: 900_000 }, b: { loadMs: 0, stopMs: 0 } };
    const { timeline } = run(trace([one.input], { world, initial: { ready: ['a'] } }));
    expect(timeline.find(({ ev }) => ev === 'stopped')?.t).toBe(one.ends);
  });

  it('takes an unload that comes during another one afterwards', () => {
    const inputs: TraceInput[] = [
      { at: 0, do: 'unload', models: ['a'] },
      { at: 100, do: 'unload', models: ['b'] },
      request(200, 'r', 'b'),
    ];
    const initial = { ready: ['a', 'b'] };
    const { timeline } = run(trace(inputs, { initial, config: { groups: together } }));
    expect(comparableTimeline(timeline)).toEqual([
      '0 stopping a  unload',
      '500 stopped a',
      '500 stopping b  unload',
      '1000 starting b',
      '1000 stopped b',
      '5000 grant b r',
      '5000 ready b',
      '6000 done b r',
    ]);
  });

  it('drops a request whose client leaves while an unload holds it back', () => {
    const inputs: TraceInput[] = [
      { at: 0, do: 'unload', models: ['a'] },
      request(100, 'r', 'b', { cancelAt: 200 }),
    ];
    const { outcomes, summary } = run(trace(inputs, { initial: { ready: ['a'] } }));
    expect(outcomes['r']).toMatchObject({ result: 'cancelled', end: 200 });
    expect(summary.loads).toBe(0);
  });

  it('refuses a model that the trace does not configure', () => {
    const { outcomes } = run(trace([request(7, 'r', 'ghost')]));
    const refused = { model: 'ghost', arrive: 7, result: 'rejected', reason: '404', end: 7 };
    expect(outcomes['r']).toEqual(refused);
  });

  it('lets a crash end a stop, a start and a ready process', () => {
    const inputs: TraceInput[] = [
      { at: 0, do: 'crash', model: 'a' },
      { at: 10, do: 'unload', models: ['b'] },
      { at: 20, do: 'crash', model: 'b' },
      request(100, 'r', 'a'),
      { at: 200, do: 'crash', model: 'a' },
      { at: 300, do: 'crash', model: 'a' },
    ];
    const initial = { ready: ['a', 'b'] };
    const { timeline, final } = run(trace(inputs, { initial, config: { groups: together } }));
    expect(comparableTimeline(timeline)).toEqual([
      '0 crash a',
      '10 stopping b  unload',
      '20 stopped b',
      '100 starting a',
      '200 error a r start failed',
      '200 startFailed a  exited',
    ]);
    expect(final).toEqual({ a: 'stopped', b: 'stopped' });
  });

  it('says which model its world forgets', () => {
    const one = trace([], { world: { a: { loadMs: 1, stopMs: 1 } } });
    expect(() => run(one)).toThrow('trace test: world says nothing about model b');
  });

  it('repeats itself', () => {
    const one = trace([request(0, 'x', 'a'), request(5, 'y', 'b'), request(9, 'z', 'a')]);
    expect(run(one)).toEqual(run(one));
  });
});

describe('comparison of a replay with what is expected', () => {
  const one = trace([request(0, 'x', 'a'), request(100, 'y', 'b')]);

  it('finds nothing in an equal one, whatever the order within an instant', () => {
    const result = run(one);
    const turned = { ...result, timeline: result.timeline.toReversed() };
    expect(differences(result, turned)).toEqual([]);
  });

  it('finds lines that are missing, surplus or different, and other outcomes', () => {
    const result = run(one);
    const wrong = {
      ...result,
      timeline: result.timeline.map((entry) => (entry.ev === 'done' ? { ...entry, t: 1 } : entry)),
      final: { a: 'ready' as const },
    };
    const found = differences(result, wrong);
    expect(found).toContain('missing: 1 done a x');
    expect(found).toContain('unexpected: 5000 done a x');
    expect(found.at(-1)).toMatch(/^final: .* instead of /);
  });

  it.each<[TraceRequirement, boolean]>([
    [{ kind: 'outcome', req: 'x', result: 'served' }, true],
    [{ kind: 'outcome', req: 'x', result: 'error' }, false],
    [{ kind: 'wait', req: 'x', maxMs: 4000 }, true],
    [{ kind: 'wait', req: 'x', maxMs: 3999 }, false],
    [{ kind: 'wait', req: 'nobody', maxMs: 9e9 }, false],
    [{ kind: 'loads', model: 'a', max: 1 }, true],
    [{ kind: 'loads', model: 'a', max: 0 }, false],
    [{ kind: 'final', model: 'b', state: 'ready' }, true],
    [{ kind: 'final', model: 'b', state: 'stopped' }, false],
    [{ kind: 'never', ev: 'crash', model: 'a' }, true],
    [{ kind: 'never', ev: 'starting', model: 'a' }, false],
    [{ kind: 'notStopped', model: 'a', reason: 'ttl' }, true],
    [{ kind: 'notStopped', model: 'a', reason: 'swap' }, false],
    [{ kind: 'notBothRunning', models: ['a', 'b'] }, true],
    [{ kind: 'neverEvictBusy' }, true],
  ])('checks %j', (requirement, holds) => {
    expect(brokenRequirements(run(one), [requirement])).toHaveLength(holds ? 0 : 1);
  });

  it('sees models that run together and busy ones that are evicted', () => {
    const beside = trace(one.inputs, { config: { groups: together } });
    const models: TraceRequirement = { kind: 'notBothRunning', models: ['a', 'b'] };
    expect(brokenRequirements(run(beside), [models])).toHaveLength(1);
    const result = run(one);
    const timeline = result.timeline.filter(({ ev }) => ev !== 'done');
    expect(brokenRequirements({ ...result, timeline }, [{ kind: 'neverEvictBusy' }])).toHaveLength(
      1,
    );
  });
});

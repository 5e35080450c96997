import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlannerPlugin, SchedulerPlugin } from '#lib/plugin-api';

const DIST = join(import.meta.dirname, '../../dist');
const TRACES = join(import.meta.dirname, '../fixtures/routing');

/** What was built: a thread needs compiled files, and one copy of everything. */
async function built<Module>(path: string): Promise<Module> {
  return (await import(join(DIST, path))) as Module;
}

const { isolatePackages, PluginWatch } = await built<typeof import('#lib/plugin-host')>(
  'libs/plugin-host/index.js',
);
const { SystemClock } = await built<typeof import('#lib/foundation')>('libs/foundation/index.js');
const router = await built<typeof import('#lib/router')>('libs/router/index.js');

const FILES = {
  fifo: 'plugins/scheduler-fifo/fifo-scheduler.plugin.js',
  group: 'plugins/planner-group/group-planner.plugin.js',
  matrix: 'plugins/planner-matrix/matrix-planner.plugin.js',
};

type Classes = Record<string, new () => PlannerPlugin & SchedulerPlugin>;

const traces = readdirSync(TRACES)
  .toSorted()
  .flatMap((name) => router.readTraces(readFileSync(join(TRACES, name), 'utf8'), name))
  .filter(({ parity }) => parity !== 'defect');

function resolve(name: string): string | null {
  return name === 'alias' ? 'a' : null;
}

let isolated: Awaited<ReturnType<typeof isolatePackages>>;
const watch = new PluginWatch();

beforeAll(async () => {
  const packages = await Promise.all(
    Object.entries(FILES).map(async ([name, path]) => {
      const classes = Object.values(await built<Classes>(path));
      return { name, version: '1', file: join(DIST, path), classes };
    }),
  );
  isolated = await isolatePackages(packages, { clock: new SystemClock(), watch });
});

afterAll(() => isolated.close());

function plugin(name: string): PlannerPlugin & SchedulerPlugin {
  const { classes } = isolated.packages.find((one) => one.name === name)!;
  return new (classes[0] as Classes[string])();
}

describe('plugins in threads of their own', () => {
  it.each(traces)('decide in $id as they do without', (trace) => {
    const options = {
      planner: plugin(trace.config.router),
      scheduler: plugin('fifo'),
      internals: true,
    };
    expect(router.differences(router.simulate(trace, options), trace.expect!)).toEqual([]);
  });

  it('read their settings with the names that Drover resolves for them', () => {
    const models = ['a', 'b', 'c'].map((id) => ({ id, memory: null }));
    const groups = { both: { swap: false, members: ['alias', 'b'] } };
    const create = (): unknown =>
      plugin('group').createPlanner({ models, settings: { groups }, resolve });
    expect(create).toThrow(/b/);
  });

  it('are never cut off for that', () => {
    expect(watch.timesCutOff('scheduler', 'fifo')).toBe(0);
  });
});

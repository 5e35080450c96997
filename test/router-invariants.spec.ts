import { array, assert, asyncProperty, boolean, constantFrom, nat, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlannerPlugin } from '#lib/plugin-api';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { MatrixPlannerPlugin } from '#plugin/planner-matrix';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';
import { RouterWorld, Step, WorldOptions } from './support/router-world.js';

const ids = ['a', 'b', 'c', 'd', 'e'];

const models: WorldOptions['models'] = {
  a: { ttlMs: 1500 },
  b: { priority: 3, concurrencyLimit: 2 },
  c: { concurrencyLimit: 1, queueLimit: 2 },
  d: { ttlMs: 4000, concurrencyLimit: 2, queueLimit: 3 },
  e: { priority: -1 },
};

/** What may run together, with the sets of models of which at most one may stay. */
interface Layout {
  readonly plugin: PlannerPlugin;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly swapGroups: readonly (readonly string[])[];
}

const groups = new GroupPlannerPlugin();

/** Layouts that are tried by name; {@link randomGroups} makes others. */
const LAYOUTS: readonly Layout[] = [
  { plugin: groups, settings: { groups: {} }, swapGroups: [ids] },
  {
    plugin: groups,
    settings: {
      groups: {
        pair: { swap: false, members: ['a', 'b'] },
        keep: { exclusive: false, persistent: true, members: ['c', 'd'] },
      },
    },
    swapGroups: [['c', 'd']],
  },
  {
    plugin: groups,
    settings: {
      groups: { x: { exclusive: false, members: ['a', 'b'] }, y: { members: ['c', 'd', 'e'] } },
    },
    swapGroups: [
      ['a', 'b'],
      ['c', 'd', 'e'],
    ],
  },
  {
    plugin: new MatrixPlannerPlugin(),
    settings: { sets: { one: 'a & b', two: 'c & (d | e)' }, evict_costs: { a: 5 } },
    swapGroups: ['a', 'b']
      .flatMap((one) => ['c', 'd', 'e'].map((other) => [one, other]))
      .concat([['d', 'e']]),
  },
];

const flags = record({ swap: boolean(), exclusive: boolean(), persistent: boolean() });

/** Each model in one of two groups, or in none: those share the default group. */
const randomGroups = record({
  places: array(nat(2), { minLength: ids.length, maxLength: ids.length }),
  first: flags,
  second: flags,
}).map(({ places, first, second }): Layout => {
  const [x, y, rest] = [0, 1, 2].map((at) => ids.filter((_, index) => places[index] === at));
  const all = { x: { ...first, members: x! }, y: { ...second, members: y! } };
  const filled = Object.entries(all).filter(([, { members }]) => members.length > 0);
  const swapping = filled.filter(([, { swap }]) => swap).map(([, { members }]) => members);
  return {
    plugin: groups,
    settings: { groups: Object.fromEntries(filled) },
    swapGroups: [...swapping, rest!].filter(({ length }) => length > 1),
  };
});

const kinds: readonly Step['kind'][] = [
  ...(['request', 'request', 'request', 'request', 'done', 'done'] as const),
  ...(['ready', 'ready', 'finishStop', 'finishStop', 'finishStop', 'wait'] as const),
  ...(['cancel', 'failStart', 'crash', 'unload', 'reload'] as const),
];

const steps = array(record({ kind: constantFrom(...kinds), pick: nat(31) }), {
  maxLength: 80,
  size: 'max',
});

const fifo = { plugin: new FifoSchedulerPlugin(), asReference: true };
const fair = { plugin: new FairSchedulerPlugin(), asReference: false };

interface Setup {
  readonly layout: Layout;
  readonly scheduler: typeof fifo;
}

function world({ layout, scheduler }: Setup): RouterWorld {
  const planner = layout.plugin.createPlanner({
    models: ids.map((id) => ({ id, memory: null })),
    settings: layout.settings,
    resolve: (name) => (ids.includes(name) ? name : null),
  });
  const { plugin, asReference } = scheduler;
  const { swapGroups } = layout;
  return new RouterWorld({ models, planner, scheduler: plugin, swapGroups, asReference });
}

async function run(setup: Setup, list: readonly Step[]): Promise<string[]> {
  const one = world(setup);
  for (const step of list) await one.take(step);
  await one.end();
  return one.history;
}

/** Histories for each pair of a layout and a scheduler. */
const HISTORIES = Number(process.env['DROVER_TEST_HISTORIES'] ?? 120);

const setups = LAYOUTS.flatMap((layout, index) => [
  { title: `fifo, layout ${index}`, setup: { layout, scheduler: fifo } },
  { title: `fair, layout ${index}`, setup: { layout, scheduler: fair } },
]);

describe('invariants of the router under random events', () => {
  it.each(setups)(
    'hold with $title',
    async ({ setup }) => {
      await assert(
        asyncProperty(steps, async (list) => {
          await run(setup, list);
        }),
        { numRuns: HISTORIES },
      );
    },
    60_000 + HISTORIES * 500,
  );

  it.each([
    ['fifo', fifo],
    ['fair', fair],
  ])(
    'hold with %s and random groups',
    async (_name, scheduler) => {
      await assert(
        asyncProperty(randomGroups, steps, async (layout, list) => {
          await run({ layout, scheduler }, list);
        }),
        { numRuns: HISTORIES },
      );
    },
    60_000 + HISTORIES * 500,
  );

  it.each(setups)(
    'come with the same decisions for the same events (I29), $title',
    async ({ setup }) => {
      await assert(
        asyncProperty(steps, async (list) => {
          expect(await run(setup, list)).toEqual(await run(setup, list));
        }),
        { numRuns: 15 },
      );
    },
    60_000,
  );
});

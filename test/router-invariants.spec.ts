import { array, assert, asyncProperty, constantFrom, nat, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GroupPlannerPlugin } from '#plugin/planner-group';
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

/** Groups with the sets of models that must never stay together. */
const LAYOUTS = [
  { groups: {}, swapGroups: [ids] },
  {
    groups: {
      pair: { swap: false, members: ['a', 'b'] },
      keep: { exclusive: false, persistent: true, members: ['c', 'd'] },
    },
    swapGroups: [['c', 'd']],
  },
  {
    groups: { x: { exclusive: false, members: ['a', 'b'] }, y: { members: ['c', 'd', 'e'] } },
    swapGroups: [
      ['a', 'b'],
      ['c', 'd', 'e'],
    ],
  },
];

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
  readonly layout: (typeof LAYOUTS)[number];
  readonly scheduler: typeof fifo;
}

function world({ layout, scheduler }: Setup): RouterWorld {
  const planner = new GroupPlannerPlugin().createPlanner({
    models: ids.map((id) => ({ id, memory: null })),
    settings: { groups: layout.groups },
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
  { title: `fifo, group layout ${index}`, setup: { layout, scheduler: fifo } },
  { title: `fair, group layout ${index}`, setup: { layout, scheduler: fair } },
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

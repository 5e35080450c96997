import { array, assert, asyncProperty, constantFrom, nat, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GroupPlannerPlugin } from '#plugin/planner-group';
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

function world(layout: (typeof LAYOUTS)[number]): RouterWorld {
  const planner = new GroupPlannerPlugin().createPlanner({
    models: ids.map((id) => ({ id, memory: null })),
    settings: { groups: layout.groups },
    resolve: (name) => (ids.includes(name) ? name : null),
  });
  const scheduler = new FifoSchedulerPlugin();
  return new RouterWorld({ models, planner, scheduler, swapGroups: layout.swapGroups });
}

async function run(layout: (typeof LAYOUTS)[number], list: readonly Step[]): Promise<string[]> {
  const one = world(layout);
  for (const step of list) await one.take(step);
  await one.end();
  return one.history;
}

describe('invariants of the router under fifo', () => {
  it.each(LAYOUTS.map((layout, index) => ({ layout, index })))(
    'hold under random events, group layout $index',
    async ({ layout }) => {
      await assert(
        asyncProperty(steps, async (list) => {
          await run(layout, list);
        }),
        { numRuns: 250 },
      );
    },
    60_000,
  );

  it('lead from the same events to the same decisions (I29)', async () => {
    await assert(
      asyncProperty(steps, constantFrom(...LAYOUTS), async (list, layout) => {
        expect(await run(layout, list)).toEqual(await run(layout, list));
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});

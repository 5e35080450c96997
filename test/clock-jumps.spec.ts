import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { SchedulerPlugin } from '#lib/plugin-api';
import { SeededRandom } from '#lib/plugin-api/testing';
import { GroupPlannerPlugin } from '#plugin/planner-group';
import { FairSchedulerPlugin } from '#plugin/scheduler-fair';
import { FifoSchedulerPlugin } from '#plugin/scheduler-fifo';
import { RouterWorld, Step } from './support/router-world.js';

const ROOT = resolve(import.meta.dirname, '..');
const YEAR_MS = 365 * 24 * 3_600_000;

/** A clock whose time of day is set forward and back by up to a year whenever it is asked. */
class JumpingClock extends VirtualClock {
  private readonly random = new SeededRandom(7);

  override wallMs(): number {
    return super.wallMs() + this.random.integer(-YEAR_MS, YEAR_MS);
  }
}

const ids = ['a', 'b', 'c'];
const kinds: readonly Step['kind'][] = [
  ...(['request', 'request', 'request', 'done', 'ready', 'finishStop', 'wait'] as const),
  ...(['cancel', 'failStart', 'crash', 'unload', 'reload'] as const),
];

async function history(scheduler: SchedulerPlugin, seed: number, clock: VirtualClock) {
  const random = new SeededRandom(seed);
  const planner = new GroupPlannerPlugin().createPlanner({
    models: ids.map((id) => ({ id, memory: null })),
    settings: { groups: {} },
    resolve: (name) => name,
  });
  const models = { a: { ttlMs: 1500 }, b: { priority: 1 }, c: { concurrencyLimit: 1 } };
  const asReference = scheduler instanceof FifoSchedulerPlugin;
  const options = { models, planner, scheduler, swapGroups: [ids], asReference, clock };
  const world = new RouterWorld(options);
  for (let step = 0; step < 60; step += 1) {
    await world.take({ kind: random.pick(kinds), pick: random.integer(0, 31) });
  }
  await world.end();
  return world.history;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('spec.ts'))
    .map((name) => join(folder, name));
}

describe('jumps of the time of day', () => {
  it.each([
    ['fifo', new FifoSchedulerPlugin()],
    ['fair', new FairSchedulerPlugin()],
  ])('change no decision under %s', async (_name, scheduler) => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const steady = await history(scheduler, seed, new VirtualClock());
      expect(await history(scheduler, seed, new JumpingClock())).toEqual(steady);
    }
  });

  it('cannot reach any duration: nothing subtracts from it what is not monotonic', () => {
    const suspicious = [...sources('libs'), ...sources('src')].flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .filter((line) => /wallMs\(\) *-|- *[\w.]*wallMs\(/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    // A monotonic instant put into words, and the age of stored rows.
    const allowed = /wallMs\(\) - \(this\.clock\.nowMs\(\) - \w+\)|wallMs\(\) - KEPT_MS\b/;
    expect(suspicious.filter((line) => !allowed.test(line))).toEqual([]);
  });
});

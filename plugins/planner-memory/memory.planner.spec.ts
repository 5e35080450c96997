import { DeviceBytes, PluginConfigError, ResidentModel } from '#lib/plugin-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryPlanner } from './memory.planner.js';
import { MemoryPlannerPlugin } from './memory-planner.plugin.js';

const GIB = 2 ** 30;

function planner(needs: Record<string, DeviceBytes | null>, settings: unknown = {}): MemoryPlanner {
  return new MemoryPlannerPlugin().createPlanner({
    models: Object.entries(needs).map(([id, memory]) => ({ id, memory })),
    settings,
    resolve: (name) => (name === 'nick' ? 'a' : name in needs ? name : null),
  });
}

function gib(count: number): DeviceBytes {
  return { gpu0: count * GIB };
}

function resident(model: string, changes: Partial<ResidentModel> = {}): ResidentModel {
  return { model, state: 'ready', inFlight: 0, waiting: 0, lastUsedMs: 0, ...changes };
}

function loads(loadMs: number): Pick<ResidentModel, 'statistics'> {
  return { statistics: { loadMs, stopMs: 0, serviceMs: null } };
}

const gpu0 = { device: 'gpu0', totalBytes: 24 * GIB, freeBytes: null };
const at = { devices: [gpu0], nowMs: 1000 };

describe('MemoryPlanner', () => {
  it('evicts nobody while the needs fit, and one model when they do not', () => {
    const memory = planner({ a: gib(8), b: gib(9), c: gib(8) });
    const first = memory.plan({ ...at, target: 'b', resident: [resident('a')] });
    expect(first).toMatchObject({ evict: [], choice: 'fits' });
    const both = [resident('a', loads(1000)), resident('b', loads(9000))];
    expect(memory.plan({ ...at, target: 'c', resident: both }).evict).toEqual(['a']);
  });

  it('never evicts the target, and nobody for a target that is resident', () => {
    const memory = planner({ a: gib(20), b: gib(20) });
    const both = [resident('a'), resident('b')];
    expect(memory.plan({ ...at, target: 'a', resident: both }).evict).toEqual([]);
  });

  it('spares what takes long to load for its size', () => {
    const memory = planner({ a: gib(10), b: gib(10), c: gib(10) });
    const both = [resident('a', loads(60_000)), resident('b', loads(2000))];
    expect(memory.plan({ ...at, target: 'c', resident: both }).evict).toEqual(['b']);
  });

  it('spares what is used often', () => {
    const memory = planner({ a: gib(10), b: gib(10), c: gib(10) });
    const both = [resident('a', { ...loads(5000), recentUses: 9 }), resident('b', loads(9000))];
    expect(memory.plan({ ...at, target: 'c', resident: both }).evict).toEqual(['b']);
  });

  it('lets go what was dear and often used as soon as its uses have faded', () => {
    const memory = planner({ dear: gib(10), cheap: gib(10), c: gib(10) });
    const evicted = (recentUses: number): readonly string[] => {
      const dear = resident('dear', { ...loads(60_000), recentUses });
      const cheap = resident('cheap', { ...loads(6000), recentUses: 5 });
      return memory.plan({ ...at, target: 'c', resident: [cheap, dear], nowMs: 9e6 }).evict;
    };
    expect([evicted(20), evicted(0.6), evicted(0.4)]).toEqual([['cheap'], ['cheap'], ['dear']]);
  });

  it('lets the least recently used go where uses are not counted', () => {
    const memory = planner({ a: gib(10), b: gib(10), c: gib(10) });
    const both = [resident('a', { lastUsedMs: 900 }), resident('b', { lastUsedMs: 800 })];
    expect(memory.plan({ ...at, target: 'c', resident: both }).evict).toEqual(['b']);
  });

  it.each([
    ['idle before busy', { inFlight: 1 }, {}, 'b'],
    ['idle before loading', {}, { state: 'starting' as const }, 'a'],
    ['unwanted before wanted', { waiting: 3 }, {}, 'b'],
  ])('chooses %s', (_, a, b, evict) => {
    const memory = planner({ a: gib(10), b: gib(10), c: gib(10) });
    const both = [resident('a', a), resident('b', b)];
    expect(memory.plan({ ...at, target: 'c', resident: both }).evict).toEqual([evict]);
  });

  it('takes a busy model when the idle ones do not suffice, but spares those that need not go', () => {
    const memory = planner({ busy: gib(16), small: gib(2), c: gib(20) });
    const both = [resident('busy', { inFlight: 1 }), resident('small')];
    expect(memory.plan({ ...at, target: 'c', resident: both }).evict).toEqual(['busy']);
  });

  it('never evicts a pinned model, also one named by its alias', () => {
    const memory = planner({ a: gib(10), b: gib(10), c: gib(10) }, { pinned: ['nick'] });
    const both = [resident('a', loads(1)), resident('b', loads(99_000))];
    expect(memory.plan({ ...at, target: 'c', resident: both }).evict).toEqual(['b']);
  });

  it('lets a model of unknown need run alone until its need is known', () => {
    const memory = planner({ a: gib(1), b: null });
    const a = [resident('a')];
    expect(memory.plan({ ...at, target: 'b', resident: a }).evict).toEqual(['a']);
    expect(memory.plan({ ...at, target: 'b', resident: a, targetMemory: gib(2) }).evict).toEqual(
      [],
    );
    const b = [resident('b')];
    expect(memory.plan({ ...at, target: 'a', resident: b }).evict).toEqual(['b']);
    const measured = [resident('b', { memory: gib(2) })];
    expect(memory.plan({ ...at, target: 'a', resident: measured }).evict).toEqual([]);
  });

  it('runs one model at a time where nothing is known about the machine', () => {
    const memory = planner({ a: gib(1), b: gib(1) });
    expect(memory.plan({ nowMs: 0, target: 'b', resident: [resident('a')] }).evict).toEqual(['a']);
  });

  it('counts per device, and an amount without a device against all of them', () => {
    const gpu1 = { ...gpu0, device: 'gpu1' };
    const two = { devices: [gpu0, gpu1], nowMs: 0 };
    const memory = planner({ a: { gpu0: 20 * GIB }, b: { gpu1: 20 * GIB }, c: { '*': 10 * GIB } });
    expect(memory.plan({ ...two, target: 'b', resident: [resident('a')] }).evict).toEqual([]);
    const both = [resident('a'), resident('b')];
    expect(memory.plan({ ...two, target: 'c', resident: both }).evict).toHaveLength(1);
  });

  it('keeps a reserve, and trusts a budget more than the size of a device', () => {
    const needs = { a: gib(12), b: gib(12) };
    const ask = { ...at, target: 'b', resident: [resident('a')] };
    expect(planner(needs).plan(ask).evict).toEqual([]);
    expect(planner(needs, { reserve: '1GiB' }).plan(ask).evict).toEqual(['a']);
    expect(planner(needs, { budget: { gpu0: '23GiB' } }).plan(ask).evict).toEqual(['a']);
    expect(planner(needs, { budget: '23GiB' }).plan(ask).evict).toEqual(['a']);
  });

  it('knows what can run together as far as needs and budgets are known', () => {
    const memory = planner({ a: gib(12), b: gib(12), c: null }, { budget: '20GiB' });
    expect(memory.canRunTogether(['a'])).toBe(true);
    expect(memory.canRunTogether(['a', 'b'])).toBe(false);
    expect(memory.canRunTogether(['a', 'c'])).toBe(true);
  });

  it('refuses settings that cannot work, all at once', () => {
    const settings = { budget: { gpu0: 'much' }, reserve: -1, pinned: ['ghost'] };
    expect(() => planner({ a: null }, settings)).toThrow(PluginConfigError);
    expect(() => planner({ a: null }, settings)).toThrow(
      /budget\.gpu0: .*"much"[^]*reserve: .*-1[^]*pinned\[0\]: .*"ghost"/,
    );
    expect(() => planner({ a: null }, { pinned: 'a' })).toThrow(/list/);
  });

  it('names as alternatives only what would make room as well', () => {
    const memory = planner({ a: gib(10), b: gib(11), small: gib(2), c: gib(10) });
    const all = [resident('a', loads(1)), resident('b'), resident('small')];
    const { evict, candidates } = memory.plan({ ...at, target: 'c', resident: all });
    expect(evict).toEqual(['a']);
    expect(candidates!.map((candidate) => candidate.evict)).toEqual([['a'], ['b']]);
  });

  it('makes room whenever evicting can make room, and never evicts more than is needed', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 30 }), (used, wanted) => {
        const names = used.map((_, index) => `m${index}`);
        const needs = Object.fromEntries(names.map((name, index) => [name, gib(used[index]!)]));
        const memory = planner({ ...needs, target: gib(wanted) });
        const residents = names.map((name) => resident(name, { lastUsedMs: used.length }));
        const { evict } = memory.plan({ ...at, target: 'target', resident: residents });
        const left = used.filter((_, index) => !evict.includes(names[index]!));
        const free = 24 - left.reduce((sum, size) => sum + size, 0);
        expect(left.length === 0 || wanted <= free).toBe(true);
        const spare = evict.filter((name) => wanted + used[names.indexOf(name)]! <= free);
        expect(spare).toEqual([]);
      }),
    );
  });
});

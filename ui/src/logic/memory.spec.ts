import { describe, expect, it } from 'vitest';
import {
  heldChart,
  barOf,
  deviceName,
  deviceText,
  fitOf,
  type MemoryAnswer,
  type MemoryDevice,
  type MemoryNeed,
  needOn,
  roomAfter,
  roomBeside,
} from './memory.js';

const GIB = 1024 ** 3;

function device(id: string, used: number, models: Record<string, number> = {}): MemoryDevice {
  const held = Object.values(models).reduce((sum, gib) => sum + gib, 0);
  return {
    device: id,
    name: id === 'system' ? null : 'RTX',
    totalBytes: 24 * GIB,
    usedBytes: used * GIB,
    freeBytes: (24 - used) * GIB,
    otherBytes: (used - held) * GIB,
    models: Object.entries(models).map(([model, gib]) => {
      return { model, bytes: gib * GIB, source: 'driver', isEstimate: false };
    }),
  };
}

function need(bytes: Record<string, number>, source: MemoryNeed['source'] = 'learned'): MemoryNeed {
  const entries = Object.entries(bytes).map(([id, gib]) => [id, gib * GIB] as const);
  return { source, bytes: Object.fromEntries(entries) };
}

function answer(devices: MemoryDevice[], needs: Record<string, MemoryNeed | null>): MemoryAnswer {
  const models = Object.entries(needs).map(([model, known]) => {
    const unknown = { processes: null, residentBytes: null, ownBytes: null, cpuSeconds: null };
    return { model, state: 'stopped' as const, ...unknown, need: known };
  });
  return { at: '', devices, models };
}

describe('barOf', () => {
  it('stacks models, the rest, and what a stopped model would need', () => {
    const bar = barOf(device('gpu0', 12, { a: 6, b: 3 }), 16 * GIB, 'c');
    expect(bar.map(({ kind, model, bytes }) => [kind, model, bytes / GIB])).toEqual([
      ['model', 'a', 6],
      ['model', 'b', 3],
      ['other', '', 3],
      ['preview', 'c', 12],
      ['over', 'c', 4],
    ]);
    expect(bar[0]?.share).toBe(0.25);
  });

  it('draws nothing where the total is unknown', () => {
    expect(barOf({ ...device('gpu0', 1), totalBytes: null })).toEqual([]);
  });
});

describe('fitOf', () => {
  const gpu = [device('gpu0', 14, { a: 10 }), device('system', 4)];
  const two = [device('gpu0', 20, { a: 18 }), device('gpu1', 4)];

  it.each([
    ['beside what runs', gpu, need({ gpu0: 8 }), [], 'fits', /leaves 2.00 GiB of GPU 0/],
    ['barely', gpu, need({ gpu0: 9.5 }), [], 'tight', /leaves 512 MiB/],
    ['not at all', gpu, need({ gpu0: 12 }), [], 'short', /2.00 GiB more than GPU 0/],
    ['once another has gone', gpu, need({ gpu0: 12 }), ['a'], 'fits', /leaves 8.00 GiB/],
    ['on the only GPU', gpu, need({ '*': 12 }, 'configured'), [], 'short', /as configured/],
    ['over both GPUs', two, need({ '*': 22 }), [], 'tight', /leaves 2.00 GiB of all GPUs/],
    ['on one of two', two, need({ gpu0: 8, gpu1: 8 }), [], 'short', /than GPU 0/],
    ['nobody knows', gpu, null, [], 'unknown', /not known before its first load/],
    ['nobody tells', gpu, need({ gpu7: 1 }), [], 'unknown', /GPU 7 does not tell/],
  ] as const)('judges a need that fits %s', (_, devices, known, evict, verdict, text) => {
    const fit = fitOf(known, roomAfter(devices, evict), devices);
    expect(fit.verdict).toBe(verdict);
    expect(fit.text).toMatch(text);
  });

  it('takes a need without a device to the machine’s memory when there is no GPU', () => {
    const devices = [device('system', 4)];
    const fit = fitOf(need({ '*': 21 }), roomAfter(devices, []), devices);
    expect(fit).toMatchObject({ verdict: 'short' });
    expect(fit.text).toContain('System memory');
  });
});

describe('roomBeside', () => {
  it('counts what imagined models need, not what runs now', () => {
    const devices = [device('gpu0', 14, { a: 10 })];
    const memory = answer(devices, { a: need({ gpu0: 10 }), b: need({ gpu0: 8 }), c: null });
    expect(roomBeside(memory, ['b'])?.get('gpu0')).toBe(12 * GIB);
    expect(roomBeside(memory, [])?.get('gpu0')).toBe(20 * GIB);
    expect(roomBeside(memory, ['b', 'c'])).toBeNull();
    expect(fitOf(need({ gpu0: 1 }), null, devices).verdict).toBe('unknown');
  });

  it('takes needs without a device off what all GPUs have together', () => {
    const devices = [device('gpu0', 0), device('gpu1', 0)];
    const memory = answer(devices, { a: need({ '*': 30 }) });
    expect(fitOf(need({ '*': 20 }), roomBeside(memory, ['a']), devices).verdict).toBe('short');
    expect(fitOf(need({ '*': 10 }), roomBeside(memory, ['a']), devices).verdict).toBe('fits');
  });
});

it('puts a need on the device that it names', () => {
  const devices = [device('gpu0', 0), device('system', 0)];
  expect(needOn(need({ gpu0: 3 }), 'gpu0', devices)).toBe(3 * GIB);
  expect(needOn(need({ '*': 3 }), 'gpu0', devices)).toBe(3 * GIB);
  expect(needOn(need({ '*': 3 }), 'system', devices)).toBe(0);
  expect(needOn(null, 'gpu0', devices)).toBe(0);
});

it('names devices for people', () => {
  expect(deviceName(device('gpu1', 0))).toBe('GPU 1 · RTX');
  expect(deviceName(device('system', 0))).toBe('System memory');
  expect(deviceText(device('gpu1', 6))).toBe('6.00 GiB of 24.0 GiB used, 18.0 GiB free');
  expect(deviceText({ ...device('gpu1', 6), usedBytes: null })).toBe('does not tell its memory');
});

describe('heldChart', () => {
  const at = (second: number) => `2026-01-01T00:00:0${second}Z`;
  const gpu = (usedBytes: number | null, models: { model: string; bytes: number }[]) => ({
    device: 'gpu0',
    totalBytes: 24 * GIB,
    usedBytes,
    models,
  });

  it('stacks the models and what else is in use, with gaps where nothing is known', () => {
    const chart = heldChart(
      [
        { at: at(0), devices: [gpu(5 * GIB, [{ model: 'b', bytes: 4 * GIB }])] },
        { at: at(1), devices: [] },
        { at: at(2), devices: [gpu(null, [{ model: 'a', bytes: 2 * GIB }])] },
      ],
      'gpu0',
      (model) => `of ${model}`,
    );
    expect(chart.times.map((time) => time - chart.times[0]!)).toEqual([0, 1, 2]);
    expect(chart.series).toEqual([
      { label: 'a', colour: 'of a', values: [0, null, 2] },
      { label: 'b', colour: 'of b', values: [4, null, 0] },
      { label: 'something else', colour: 'var(--muted-foreground)', values: [1, null, null] },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { unknownGpu } from '#lib/plugin-api';
import { EnergyMeter } from './energy.meter.js';

function snapshot(atMs: number, ...watts: readonly (number | null)[]) {
  const readings = watts.map((powerWatts, id) => {
    return { id, atMs, sources: [], sample: { ...unknownGpu(id), powerWatts } };
  });
  return { atMs, readings };
}

describe('EnergyMeter', () => {
  it('adds up power over time, each device by itself', () => {
    const meter = new EnergyMeter();
    for (const [atMs, ...watts] of [
      [0, 100, 10],
      [5000, 200, 10],
      [10_000, 200, 10],
    ] as const) {
      meter.add(snapshot(atMs, ...watts), 15_000);
    }
    expect(meter.all().map(({ joules }) => joules)).toEqual([1750, 100]);
  });

  it('does not count a time without samples', () => {
    const meter = new EnergyMeter();
    meter.add(snapshot(0, 100), 15_000);
    meter.add(snapshot(60_000, 100), 15_000);
    meter.add(snapshot(65_000, 100), 15_000);
    expect(meter.all()).toEqual([{ id: 0, uuid: null, joules: 500 }]);
  });

  it('knows nothing of devices that do not tell their power', () => {
    const meter = new EnergyMeter();
    meter.add(snapshot(0, null), 15_000);
    expect(meter.all()).toEqual([]);
  });
});

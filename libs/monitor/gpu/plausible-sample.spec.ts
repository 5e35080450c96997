import { describe, expect, it } from 'vitest';
import { GpuSample, unknownGpu } from '#lib/plugin-api';
import { plausibleSample } from './plausible-sample.js';

describe('plausibleSample', () => {
  it('leaves a good sample as it is, zero and frost included', () => {
    const good = { ...unknownGpu(0), powerWatts: 0, temperatureCelsius: -5, clockHertz: 1e9 };
    expect(plausibleSample(good)).toBe(good);
  });

  it.each<Partial<GpuSample>>([
    { powerWatts: -1 },
    { utilizationPercent: Number.NaN },
    { memoryTotalBytes: Number.POSITIVE_INFINITY },
    { memoryUsedBytes: -4096 },
    { temperatureCelsius: -274 },
    { memoryTemperatureCelsius: Number.NaN },
    { fanPercent: -0.1 },
  ])('takes %o for unknown', (odd) => {
    const known = { ...unknownGpu(3), uuid: 'a', memoryBusyPercent: 7 };
    expect(plausibleSample({ ...known, ...odd })).toEqual(known);
  });
});

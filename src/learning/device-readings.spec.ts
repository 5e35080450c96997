import { unknownGpu } from '#lib/plugin-api';
import { describe, expect, it } from 'vitest';
import { deviceReadings } from './device-readings.js';

describe('deviceReadings', () => {
  it('names devices by the id that they keep, and leaves unknown what is unknown', () => {
    const processes = new Map([[7, 100]]);
    const known = { ...unknownGpu(0), memoryTotalBytes: 1000, memoryUsedBytes: 400, processes };
    const gpus = [
      { id: 2, sources: ['x'], sample: known },
      { id: 3, sources: ['x'], sample: unknownGpu(1) },
    ];
    expect(deviceReadings(gpus)).toEqual([
      { device: 'gpu2', totalBytes: 1000, usedBytes: 400, processes },
      { device: 'gpu3', totalBytes: null, usedBytes: null, processes: null },
    ]);
  });
});

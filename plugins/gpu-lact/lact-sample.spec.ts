import { describe, expect, it } from 'vitest';
import { GpuSample } from '#lib/plugin-api';
import { lactSample } from './lact-sample.js';

const MIB = 1024 * 1024;
const DEVICE = { id: '1002:744C-1DA2:E471-0000:03:00.0', name: 'X', isIntegrated: false };

function read(stats: object, device = DEVICE): GpuSample {
  return lactSample(0, device, { vram: { total: 1024 * MIB, used: MIB }, ...stats });
}

describe('lactSample', () => {
  it.each<[object, Partial<GpuSample>]>([
    [
      { edge: { current: 40 }, junction: { current: 50 }, mem: { current: 60 } },
      { temperatureCelsius: 40, temperatureSource: 'edge', memoryTemperatureCelsius: 60 },
    ],
    [
      { edge: { current: null }, junction: { current: 50 } },
      { temperatureCelsius: 50, temperatureSource: 'junction' },
    ],
    [
      {
        'GPU Hotspot': { current: 61 },
        'VRAM Chip 1': { current: 70 },
        'VRAM Chip 2': { current: 75.9 },
      },
      { temperatureSource: 'GPU Hotspot', memoryTemperatureCelsius: 75.9 },
    ],
    [
      { b: { current: 70 }, c: { current: 72, primary: true }, a: { current: 'hot' } },
      { temperatureCelsius: 72, temperatureSource: 'c' },
    ],
    [
      { z: { current: 70 }, b: { current: 71 } },
      { temperatureCelsius: 71, temperatureSource: 'b' },
    ],
    [
      { VRAM: { current: 0 }, vram_ch_0: { current: 33 } },
      { temperatureCelsius: null, memoryTemperatureCelsius: 33 },
    ],
  ])('takes the temperatures of %j in a fixed order', (temps, wanted) => {
    expect(read({ temps })).toMatchObject(wanted);
  });

  it('shows the compatible API any sensor where none is the core', () => {
    expect(read({ temps: { mem: { current: 60 } } })).toMatchObject({
      temperatureCelsius: null,
      memoryTemperatureCelsius: 60,
      compatible: { temperatureCelsius: 60 },
    });
    expect(read({}).compatible).toMatchObject({ temperatureCelsius: 0, isHidden: false });
  });

  it.each<[object | null, number | null]>([
    [{ average: 0, current: 33.3 }, 33.3],
    [{ average: null, current: 0 }, 0],
    [{ average: 21.5, current: 33 }, 21.5],
    [{ average: -1 }, null],
    [{ current: '33' }, null],
    [null, null],
  ])('reads %j as a power of %s W', (power, powerWatts) => {
    expect(read({ power })).toMatchObject({ powerWatts });
  });

  it.each<[object | null, Partial<GpuSample>, boolean]>([
    [null, { memoryTotalBytes: null, memoryUsedBytes: null, memoryUtilizationPercent: null }, true],
    [{ total: MIB - 1, used: 0 }, { memoryTotalBytes: MIB - 1 }, true],
    [
      { total: 2 * MIB, used: null },
      { memoryUsedBytes: null, memoryUtilizationPercent: null },
      false,
    ],
    [{ total: 4 * MIB, used: MIB }, { memoryUtilizationPercent: 25 }, false],
  ])('reads the memory of %j', (vram, wanted, isHidden) => {
    expect(read({ vram })).toMatchObject({ ...wanted, compatible: { isHidden } });
  });

  it('leaves everything unknown that is null or missing', () => {
    const sample = read({ temps: null, fan: null, power: null, busy_percent: null, clockspeed: 7 });
    expect(sample).toMatchObject({ utilizationPercent: null, fanPercent: null, clockHertz: null });
  });

  it.each([
    ['10DE:2684-1043:889A-0001:C1:00.0', 'NVIDIA', '0001:c1:00.0'],
    ['8086:56A0-8086:1020-0000:03:00.0', 'Intel', '0000:03:00.0'],
    ['weird', null, null],
  ])('tells vendor and address of %s', (id, vendor, pciAddress) => {
    expect(read({}, { ...DEVICE, id })).toMatchObject({ uuid: id, vendor, pciAddress });
  });
});

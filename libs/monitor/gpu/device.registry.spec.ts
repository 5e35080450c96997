import { describe, expect, it } from 'vitest';
import { GpuSample, unknownGpu } from '#lib/plugin-api';
import { DeviceRegistry, MergedGpu } from './device.registry.js';

function gpu(index: number, changes: Partial<GpuSample> = {}): GpuSample {
  return { ...unknownGpu(index), ...changes };
}

function ids(all: readonly MergedGpu[]): unknown {
  return Object.fromEntries(all.map(({ id, sample }) => [sample.uuid, id]));
}

describe('DeviceRegistry', () => {
  it('gives two vendors unique ids', () => {
    const registry = new DeviceRegistry();
    const merged = registry.merge([
      {
        probe: 'nvidia',
        priority: 70,
        samples: [gpu(0, { uuid: 'GPU-a' }), gpu(1, { uuid: 'GPU-b' })],
      },
      { probe: 'amd', priority: 50, samples: [gpu(0, { uuid: '53118' })] },
    ]);
    expect(merged.map(({ id, sample }) => [id, sample.uuid])).toEqual([
      [0, 'GPU-a'],
      [1, 'GPU-b'],
      [2, '53118'],
    ]);
  });

  it('joins one device by its address; the higher priority wins, gaps are filled', () => {
    const pciAddress = '0000:01:00.0';
    const merged = new DeviceRegistry().merge([
      { probe: 'sysfs', priority: 40, samples: [gpu(0, { pciAddress, fanPercent: 9, name: 's' })] },
      { probe: 'lact', priority: 80, samples: [gpu(3, { pciAddress, name: 'l', uuid: 'u' })] },
    ]);
    expect(merged).toMatchObject([
      { id: 3, sources: ['lact', 'sysfs'], sample: { name: 'l', uuid: 'u', fanPercent: 9 } },
    ]);
  });

  it('joins by UUID where there is no address', () => {
    const merged = new DeviceRegistry().merge([
      { probe: 'a', priority: 2, samples: [gpu(0, { uuid: 'u' })] },
      { probe: 'b', priority: 1, samples: [gpu(1, { uuid: 'u', powerWatts: 5 })] },
    ]);
    expect(merged).toMatchObject([{ id: 0, sample: { powerWatts: 5 } }]);
  });

  it('never joins two devices of one probe', () => {
    const samples = [gpu(0, { uuid: 'same' }), gpu(1, { uuid: 'same' })];
    expect(new DeviceRegistry().merge([{ probe: 'a', priority: 1, samples }])).toHaveLength(2);
  });

  it('gives partitions that share an address ids of their own, which stay', () => {
    const registry = new DeviceRegistry();
    const pciAddress = '0000:05:00.0';
    const parts = [0, 1, 2].map((index) => gpu(index, { pciAddress }));
    const probes = [{ probe: 'amd', priority: 1, samples: parts }];
    for (const _ of [1, 2, 3]) {
      const merged = registry.merge(probes);
      expect(merged.map(({ id, sample }) => [id, sample.index])).toEqual([
        [0, 0],
        [1, 1],
        [2, 2],
      ]);
    }
  });

  it('leaves out devices of which nothing is wanted, and knows them again', () => {
    const registry = new DeviceRegistry();
    const samples = [gpu(0, { uuid: 'a' }), gpu(1, { uuid: 'b' })];
    const probes = [{ probe: 'p', priority: 1, samples }];
    registry.merge(probes);
    const merged = registry.merge(probes, ({ uuid }) => uuid === 'b');
    expect(merged.map(({ id, sample }) => [id, sample.uuid])).toEqual([[1, 'b']]);
  });

  it('keeps the ids when a probe comes and goes', () => {
    const registry = new DeviceRegistry();
    const amd = { probe: 'amd', priority: 50, samples: [gpu(0, { uuid: 'a' })] };
    const nvidia = { probe: 'nvidia', priority: 70, samples: [gpu(0, { uuid: 'n' })] };
    expect(ids(registry.merge([amd]))).toEqual({ a: 0 });
    expect(ids(registry.merge([amd, nvidia]))).toEqual({ a: 0, n: 1 });
    expect(ids(registry.merge([nvidia]))).toEqual({ n: 1 });
    expect(ids(registry.merge([nvidia, amd]))).toEqual({ a: 0, n: 1 });
  });

  it('leaves the compatible deviations of a lower priority out', () => {
    const pciAddress = '0000:01:00.0';
    const low = gpu(0, { pciAddress, compatible: { powerWatts: 0 } });
    const merged = new DeviceRegistry().merge([
      { probe: 'low', priority: 1, samples: [low] },
      { probe: 'high', priority: 2, samples: [gpu(0, { pciAddress, powerWatts: 7 })] },
    ]);
    expect(merged[0]!.sample.compatible).toBeUndefined();
  });
});

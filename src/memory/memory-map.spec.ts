import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryDevice, MemoryModel, SYSTEM_DEVICE, memoryMap } from './memory-map.js';

function gpu(device: Partial<MemoryDevice> = {}): MemoryDevice {
  const amounts = { totalBytes: 1000, usedBytes: 700, processes: null };
  return { device: 'gpu0', name: 'GPU', ...amounts, ...device };
}

function model(name: string, more: Partial<MemoryModel> = {}): MemoryModel {
  const nothing = { tree: null, learned: null, configured: null };
  return { model: name, state: 'ready', ...nothing, ...more };
}

function tree(...pids: readonly number[]): MemoryModel['tree'] {
  return { pids, residentBytes: 500, ownBytes: 300, cpuSeconds: 1 };
}

describe('memoryMap', () => {
  it('adds up what the driver says of the processes of each model', () => {
    const processes = new Map([
      [10, 100],
      [11, 200],
      [12, 50],
    ]);
    const [device] = memoryMap([gpu({ processes })], [model('a', { tree: tree(10, 11) })]);
    expect(device).toEqual({
      device: 'gpu0',
      name: 'GPU',
      totalBytes: 1000,
      usedBytes: 700,
      freeBytes: 300,
      otherBytes: 400,
      models: [{ model: 'a', bytes: 300, source: 'driver', isEstimate: false }],
    });
  });

  it.each([
    ['what was learned', { learned: { gpu0: 400 } }, 400, 'learned'],
    ['what is configured', { configured: { gpu0: 250 } }, 250, 'configured'],
    ['a need without a device, of a single GPU', { configured: { '*': 90 } }, 90, 'configured'],
    ['what was learned first', { learned: { gpu0: 4 }, configured: { gpu0: 5 } }, 4, 'learned'],
  ])('falls back to %s, marked as an estimate', (_, more, bytes, source) => {
    const [device] = memoryMap([gpu()], [model('a', more)]);
    expect(device?.models).toEqual([{ model: 'a', bytes, source, isEstimate: true }]);
  });

  it('does not guess on which of two GPUs a need without a device lies', () => {
    const devices = [gpu(), gpu({ device: 'gpu1' })];
    const maps = memoryMap(devices, [model('a', { configured: { '*': 90 } })]);
    expect(maps.flatMap(({ models }) => models)).toEqual([]);
  });

  it('leaves stopped models out', () => {
    const models = [model('a', { state: 'stopped', learned: { gpu0: 9 } })];
    expect(memoryMap([gpu()], models)[0]?.models).toEqual([]);
  });

  it('shrinks estimates to what measured shares leave of what is in use', () => {
    const models = [
      model('measured', { tree: tree(10) }),
      model('b', { learned: { gpu0: 600 } }),
      model('c', { learned: { gpu0: 300 } }),
    ];
    const [device] = memoryMap([gpu({ processes: new Map([[10, 100]]) })], models);
    expect(device?.models.map(({ bytes }) => bytes)).toEqual([100, 400, 200]);
    expect(device?.otherBytes).toBe(0);
  });

  it('counts own memory of the machine, without mapped files where that is known', () => {
    const system = gpu({ device: SYSTEM_DEVICE });
    const models = [
      model('a', { tree: tree(1) }),
      model('b', { tree: { ...tree(2)!, ownBytes: null, residentBytes: 90 } }),
      model('elsewhere'),
    ];
    const [device] = memoryMap([system], models);
    expect(device?.models).toEqual([
      { model: 'a', bytes: 300, source: 'system', isEstimate: false },
      { model: 'b', bytes: 90, source: 'system', isEstimate: false },
    ]);
  });

  it('leaves unknown what the driver does not tell', () => {
    const [device] = memoryMap([gpu({ usedBytes: null })], [model('a', { learned: { gpu0: 5 } })]);
    expect(device).toMatchObject({ freeBytes: null, otherBytes: null });
    expect(device?.models[0]?.bytes).toBe(5);
  });

  it('makes models, other and free the total, whatever was learned', () => {
    const bytes = fc.integer({ min: 0, max: 10 ** 12 });
    fc.assert(
      fc.property(bytes, bytes, fc.array(bytes, { maxLength: 6 }), (used, more, needs) => {
        const device = gpu({ usedBytes: used, totalBytes: used + more });
        const models = needs.map((need, index) => model(`m${index}`, { learned: { gpu0: need } }));
        const [map] = memoryMap([device], models);
        const held = map!.models.reduce((sum, share) => sum + share.bytes, 0);
        expect(held + map!.otherBytes! + map!.freeBytes!).toBe(used + more);
      }),
    );
  });
});

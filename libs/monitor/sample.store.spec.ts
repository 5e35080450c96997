import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRfc3339 } from '#lib/foundation';
import { unknownGpu } from '#lib/plugin-api';
import { compatiblePerformance } from './compatible-performance.js';
import { CompatibleGpu } from './gpu/compatible-gpu.js';
import { CompatibleHost } from './host/compatible-host.js';
import { HostReading } from './host/host-sample.interface.js';
import { SampleStore, ringCapacity } from './sample.store.js';

const folder = join(import.meta.dirname, '../../test/fixtures/observability/perf');
const MIB = 1024 * 1024;

function json(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

function reading(host: CompatibleHost): HostReading {
  return {
    cpuPercentPerCore: host.cpu_util_per_core,
    memory: {
      totalBytes: host.mem_total_mb * MIB,
      usedBytes: host.mem_used_mb * MIB,
      freeBytes: host.mem_free_mb * MIB,
      availableBytes: 0,
      swapTotalBytes: host.swap_total_mb * MIB,
      swapUsedBytes: host.swap_used_mb * MIB,
    },
    load: [host.load_avg_1, host.load_avg_5, host.load_avg_15],
    network: host.net_io!.map((one) => {
      return { name: one.name, receivedBytes: one.bytes_recv, sentBytes: one.bytes_sent };
    }),
    pressure: null,
  };
}

function gpu(one: CompatibleGpu) {
  const sample = {
    ...unknownGpu(one.id),
    name: one.name,
    uuid: one.uuid || null,
    temperatureCelsius: one.temp_c || null,
    memoryUsedBytes: one.mem_used_mb * MIB,
    memoryTotalBytes: one.mem_total_mb * MIB,
    utilizationPercent: one.gpu_util_pct,
    fanPercent: one.fan_speed_pct,
    powerWatts: one.power_draw_w,
  };
  return { id: one.id, sources: ['x'], sample };
}

/** The store in the state of the fixture. */
function filled(): SampleStore {
  const state = json('state.json') as {
    sys_stats: CompatibleHost[];
    gpu_snapshots: CompatibleGpu[][];
  };
  const store = new SampleStore(5000);
  for (const host of state.sys_stats) {
    store.addHost(reading(host), [], parseRfc3339(host.timestamp)!);
  }
  for (const gpus of state.gpu_snapshots) {
    store.addGpus(gpus.map(gpu), parseRfc3339(gpus[0]!.timestamp)!);
  }
  return store;
}

const { performance } = json('state.expect.json') as {
  performance: {
    no_after: { gpu_ids: number[]; sys_count: number };
    after: { after: string; gpu_ids?: number[]; sys_count?: number; status?: number }[];
  };
};

describe('SampleStore', () => {
  it('hands out the whole history', () => {
    const { gpu_stats, sys_stats, enabled } = compatiblePerformance(filled(), true, null);
    expect(enabled).toBe(true);
    expect(gpu_stats.map(({ id }) => id)).toEqual(performance.no_after.gpu_ids);
    expect(sys_stats).toHaveLength(performance.no_after.sys_count);
    expect(sys_stats).toEqual((json('state.json') as { sys_stats: object[] }).sys_stats);
  });

  it.each(performance.after.filter(({ status }) => !status))(
    'hands out what is later than $after',
    ({ after, gpu_ids = [], sys_count = 0 }) => {
      const { gpu_stats, sys_stats } = compatiblePerformance(filled(), true, parseRfc3339(after));
      expect(gpu_stats.map(({ id }) => id)).toEqual(gpu_ids);
      expect(sys_stats).toHaveLength(sys_count);
    },
  );

  it('knows the newest reading of each device', () => {
    expect(
      filled()
        .latestGpus()
        .map(({ id, sample }) => [id, sample.temperatureCelsius]),
    ).toEqual([
      [0, 54],
      [1, null],
    ]);
  });

  it.each(
    (
      json('config.expect.json') as { cases: { every_ms?: number; capacity?: number }[] }
    ).cases.filter(({ capacity }) => capacity),
  )('holds $capacity entries at $every_ms ms', ({ every_ms, capacity }) => {
    expect(ringCapacity(every_ms!)).toBe(capacity);
  });

  it('gives samples of one instant stamps that can be told apart', () => {
    const store = new SampleStore(5000);
    const stamps = [0, 1, 2].map(() => store.addGpus([], 1000).atMs);
    expect(stamps).toEqual([1000, 1001, 1002]);
  });

  it('keeps the stamps in order when the wall clock is set back', () => {
    const store = new SampleStore(5000);
    store.addGpus([], 5000);
    expect(store.addGpus([], 1000).atMs).toBe(5001);
    expect(store.addGpus([], 9000).atMs).toBe(9000);
  });

  it('keeps the newest samples that fit when the interval grows', () => {
    const store = new SampleStore(5000);
    for (let count = 1; count <= 10; count++) store.addGpus([], count);
    store.resize(1_200_000);
    expect(store.gpusAfter(null).map(({ atMs }) => atMs)).toEqual([8, 9, 10]);
    store.resize(5000);
    store.addGpus([], 11);
    expect(store.gpusAfter(null)).toHaveLength(4);
  });
});

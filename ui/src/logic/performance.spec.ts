import { describe, expect, it } from 'vitest';
import {
  appendSamples,
  fromHistory,
  coreChart,
  gpuChart,
  type GpuReading,
  networkChart,
  type SystemSample,
} from './performance.js';

function sample(second: number, extra: Partial<SystemSample> = {}): SystemSample {
  return {
    timestamp: new Date(second * 1000).toISOString(),
    cpu_util_per_core: [1, 2],
    mem_total_mb: 100,
    mem_used_mb: 50,
    mem_free_mb: 50,
    swap_total_mb: 0,
    swap_used_mb: 0,
    load_avg_1: 0,
    load_avg_5: 0,
    load_avg_15: 0,
    net_io: [],
    ...extra,
  };
}

function reading(second: number, id: number, util: number): GpuReading {
  return {
    timestamp: new Date(second * 1000).toISOString(),
    id,
    name: 'GPU X',
    uuid: `GPU-${id}`,
    temp_c: 0,
    vram_temp_c: 0,
    gpu_util_pct: util,
    mem_util_pct: 0,
    mem_used_mb: 0,
    mem_total_mb: 0,
    fan_speed_pct: 0,
    power_draw_w: 0,
  };
}

describe('gpuChart', () => {
  it('tells GPUs of one name apart and leaves gaps where a reading is missing', () => {
    const data = gpuChart(
      [reading(0, 0, 10), reading(0, 1, 20), reading(5, 1, 30)],
      (r) => r.gpu_util_pct,
    );
    expect(data.times).toEqual([0, 5]);
    expect(data.series).toEqual([
      { label: 'GPU X #0', values: [10, null] },
      { label: 'GPU X #1', values: [20, 30] },
    ]);
  });
});

describe('networkChart', () => {
  const io = (name: string, bytes: number) => ({ name, bytes_recv: bytes, bytes_sent: 0 });

  it('shows rates of physical interfaces and a gap where the counter was reset', () => {
    const samples = [
      sample(0, { net_io: [io('eth0', 0), io('lo', 0)] }),
      sample(5, { net_io: [io('eth0', 5_000_000), io('lo', 9)] }),
      sample(10, { net_io: [io('eth0', 100), io('lo', 9)] }),
    ];
    const data = networkChart(samples, false);
    expect(data.series.map((line) => line.label)).toEqual(['eth0 in', 'eth0 out']);
    expect(data.series[0]!.values).toEqual([null, 8, null]);
    expect(networkChart(samples, true).series).toHaveLength(4);
  });
});

describe('appendSamples', () => {
  it('keeps an hour and never the same sample twice', () => {
    const kept = [sample(0), sample(3000)];
    const joined = appendSamples(kept, [sample(3000), sample(4000)]);
    expect(joined.map((one) => Date.parse(one.timestamp) / 1000)).toEqual([3000, 4000]);
  });
});

it('draws one line per core', () => {
  expect(coreChart([sample(0)]).series.map((line) => line.label)).toEqual(['Core 0', 'Core 1']);
});

describe('fromHistory', () => {
  const GIB = 1024 ** 3;
  const host = {
    timestamp: '2026-01-01T00:00:00Z',
    cpu_util_pct: 12,
    cpu_util_per_core: [10, 14],
    mem_total_bytes: 2 * GIB,
    mem_used_bytes: GIB,
    mem_available_bytes: GIB,
    mem_free_bytes: GIB,
    swap_total_bytes: null,
    swap_used_bytes: null,
    load_avg: null,
    network: [{ name: 'eth0', receivedBytes: 7, sentBytes: 8 }],
    pressure: null,
    disks: [],
  };

  it('takes what is unknown over as unknown', () => {
    const { system } = fromHistory({ system: [host], gpus: [] });
    expect(system).toMatchObject([
      { mem_total_mb: 2048, mem_used_mb: 1024, swap_total_mb: 0, load_avg_1: null },
    ]);
    expect(system[0]!.net_io).toEqual([{ name: 'eth0', bytes_recv: 7, bytes_sent: 8 }]);
  });

  it('makes one reading per GPU and time', () => {
    const device = { id: 1, name: null, uuid: null, mem_used_bytes: GIB, mem_total_bytes: null };
    const gpus = [{ timestamp: host.timestamp, devices: [device] }] as unknown as [];
    expect(fromHistory({ system: [], gpus }).gpus).toMatchObject([
      { timestamp: host.timestamp, name: 'GPU 1', mem_used_mb: 1024, mem_total_mb: null },
    ]);
  });
});

import { CompatibleGpu, CompatibleHost } from '#lib/monitor';
import { SampledFamily, SampledValue, single } from './sampled-family.js';

const BYTES_PER_MIB = 1024 * 1024;

/** What the compatible families show. */
export interface CompatibleState {
  /** The newest system sample, or null. */
  readonly host: CompatibleHost | null;
  /** The newest sample of each device. */
  readonly gpus: readonly CompatibleGpu[];
}

/** The families that existing dashboards of this API's users read: names and labels are exact. */
export function compatibleFamilies(read: () => CompatibleState): readonly SampledFamily[] {
  return [...hostFamilies(() => read().host), ...gpuFamilies(() => read().gpus)];
}

function hostFamilies(read: () => CompatibleHost | null): readonly SampledFamily[] {
  const gauge = (name: string, help: string, pick: (host: CompatibleHost) => number) =>
    new SampledFamily({
      name: `llamaswap_${name}`,
      help,
      type: 'gauge',
      read: () => {
        const host = read();
        return single(host && pick(host) * BYTES_PER_MIB);
      },
    });
  return [
    new SampledFamily({
      name: 'llamaswap_cpu_util_percent',
      help: 'Busy share of one logical CPU, 0 to 100',
      type: 'gauge',
      read: () => cores(read()),
    }),
    gauge('memory_total_bytes', 'Physical memory', (host) => host.mem_total_mb),
    gauge('memory_used_bytes', 'Memory in use', (host) => host.mem_used_mb),
    gauge('memory_free_bytes', 'Memory that the kernel calls free', (host) => host.mem_free_mb),
    gauge('swap_total_bytes', 'Size of the swap space', (host) => host.swap_total_mb),
    gauge('swap_used_bytes', 'Swap space in use', (host) => host.swap_used_mb),
    new SampledFamily({
      name: 'llamaswap_load_average',
      help: 'Load of the system',
      type: 'gauge',
      read: () => loads(read()),
    }),
    new SampledFamily({
      name: 'llamaswap_network_bytes_total',
      help: 'Bytes moved since boot',
      type: 'counter',
      read: () => traffic(read()),
    }),
  ];
}

function gpuFamilies(read: () => readonly CompatibleGpu[]): readonly SampledFamily[] {
  const gauge = (name: string, help: string, pick: (gpu: CompatibleGpu) => number) =>
    new SampledFamily({
      name: `llamaswap_gpu_${name}`,
      help,
      type: 'gauge',
      read: () => read().map((gpu) => ({ labels: gpuLabels(gpu), value: pick(gpu) })),
    });
  return [
    gauge('temperature_celsius', 'Core temperature', (gpu) => gpu.temp_c),
    gauge('vram_temperature_celsius', 'Memory temperature', (gpu) => gpu.vram_temp_c),
    gauge('util_percent', 'Busy share, 0 to 100', (gpu) => gpu.gpu_util_pct),
    gauge('memory_util_percent', 'Used share of the memory, 0 to 100', (gpu) => gpu.mem_util_pct),
    gauge('memory_used_bytes', 'Memory in use', (gpu) => gpu.mem_used_mb * BYTES_PER_MIB),
    gauge('memory_total_bytes', 'Size of the memory', (gpu) => gpu.mem_total_mb * BYTES_PER_MIB),
    gauge('fan_speed_percent', 'Fan speed, 0 to 100', (gpu) => gpu.fan_speed_pct),
    gauge('power_draw_watts', 'Power', (gpu) => gpu.power_draw_w),
  ];
}

function cores(host: CompatibleHost | null): readonly SampledValue[] {
  return (host?.cpu_util_per_core ?? []).map((value, core) => {
    return { labels: { core: String(core) }, value };
  });
}

function loads(host: CompatibleHost | null): readonly SampledValue[] {
  if (!host) return [];
  return [
    { labels: { interval: '1m' }, value: host.load_avg_1 },
    { labels: { interval: '5m' }, value: host.load_avg_5 },
    { labels: { interval: '15m' }, value: host.load_avg_15 },
  ];
}

function traffic(host: CompatibleHost | null): readonly SampledValue[] {
  return (host?.net_io ?? []).flatMap(({ name, bytes_recv, bytes_sent }) => [
    { labels: { interface: name, direction: 'recv' }, value: bytes_recv },
    { labels: { interface: name, direction: 'sent' }, value: bytes_sent },
  ]);
}

/** The label `uuid` is left out where there is none. */
function gpuLabels({ id, name, uuid }: CompatibleGpu): Record<string, string> {
  return { id: String(id), name, ...(uuid !== '' && { uuid }) };
}

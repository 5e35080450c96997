import { GpuEnergy, HostSample, MergedGpu, ProbeState, meanShare } from '#lib/monitor';
import { SampledFamily, SampledFamilyOptions, SampledValue, single } from './sampled-family.js';

/** What our families about devices and probes show. */
export interface DeviceState {
  readonly host: () => HostSample | null;
  readonly gpus: () => readonly MergedGpu[];
  /** Energy of each device since Drover began. */
  readonly energy: () => readonly GpuEnergy[];
  readonly probes: () => readonly ProbeState[];
}

/** Families about GPUs, machine and probes that add to the compatible ones; unknown is absent. */
export function deviceFamilies(state: DeviceState): readonly SampledFamily[] {
  return [...gpuFamilies(state), ...hostFamilies(state), ...probeFamilies(state)].map(
    (options) => new SampledFamily(options),
  );
}

function gpuFamilies({ gpus, energy }: DeviceState): readonly SampledFamilyOptions[] {
  const gauge = (
    name: string,
    help: string,
    pick: (gpu: MergedGpu) => number | null,
  ): SampledFamilyOptions => ({
    name: `drover_gpu_${name}`,
    help,
    type: 'gauge',
    read: () => gpus().flatMap((gpu) => labelled(gpu, pick(gpu))),
  });
  return [
    {
      name: 'drover_gpu_info',
      help: 'Identity of a GPU, always 1',
      type: 'gauge',
      read: () => gpus().map((gpu) => ({ labels: identity(gpu), value: 1 })),
    },
    gauge('utilization_ratio', 'Busy share, 0 to 1', ({ sample }) =>
      scaled(sample.utilizationPercent, 0.01),
    ),
    gauge('memory_used_bytes', 'Memory in use', ({ sample }) => sample.memoryUsedBytes),
    gauge('memory_total_bytes', 'Size of the memory', ({ sample }) => sample.memoryTotalBytes),
    gauge('temperature_celsius', 'Core temperature', ({ sample }) => sample.temperatureCelsius),
    gauge('power_watts', 'Power', ({ sample }) => sample.powerWatts),
    gauge('power_limit_watts', 'Power limit', ({ sample }) => sample.powerLimitWatts),
    {
      name: 'drover_gpu_energy_joules_total',
      help: 'Energy since Drover began, from the power of the samples',
      type: 'counter',
      read: () =>
        energy().map(({ id, uuid, joules }) => ({
          labels: { gpu: String(id), uuid: uuid ?? '' },
          value: joules,
        })),
    },
    {
      name: 'drover_gpu_clock_hertz',
      help: 'Present clock',
      type: 'gauge',
      read: () => gpus().flatMap(clocks),
    },
  ];
}

function hostFamilies({ host }: DeviceState): readonly SampledFamilyOptions[] {
  return [
    {
      name: 'drover_cpu_utilization_ratio',
      help: 'Mean busy share of all logical CPUs, 0 to 1',
      type: 'gauge',
      read: () => single(scaled(meanShare(host()?.cpuPercentPerCore ?? []), 0.01)),
    },
    {
      name: 'drover_memory_available_bytes',
      help: 'Memory that programs can still get',
      type: 'gauge',
      read: () => single(host()?.memory.availableBytes),
    },
    {
      name: 'drover_filesystem_free_bytes',
      help: 'Free space of the file system of a model folder',
      type: 'gauge',
      read: () =>
        (host()?.disks ?? []).map(({ path, freeBytes }) => ({
          labels: { path },
          value: freeBytes,
        })),
    },
    {
      name: 'drover_pressure_ratio',
      help: 'Share of time in which some work stood still for want of a resource, 0 to 1',
      type: 'gauge',
      read: () => pressures(host()),
    },
  ];
}

function probeFamilies({ probes }: DeviceState): readonly SampledFamilyOptions[] {
  return [
    {
      name: 'drover_probe_up',
      help: 'Whether a GPU probe delivers; probes whose tool is not installed are left out',
      type: 'gauge',
      read: () =>
        probes()
          .filter(({ state }) => state !== 'absent')
          .map(({ name, state }) => ({ labels: { probe: name }, value: state === 'up' ? 1 : 0 })),
    },
    {
      name: 'drover_probe_last_success_timestamp_seconds',
      help: 'Time of the last sample',
      type: 'gauge',
      read: () =>
        probes().flatMap(({ name, lastSuccessMs }) =>
          lastSuccessMs === null ? [] : [{ labels: { probe: name }, value: lastSuccessMs / 1000 }],
        ),
    },
    {
      name: 'drover_probe_errors_total',
      help: 'Failures of a GPU probe',
      type: 'counter',
      read: () =>
        probes().flatMap(({ name, errors }) =>
          [...errors].map(([reason, value]) => ({ labels: { probe: name, reason }, value })),
        ),
    },
  ];
}

function labelled({ id, sample }: MergedGpu, value: number | null): readonly SampledValue[] {
  if (value === null) return [];
  return [{ labels: { gpu: String(id), uuid: sample.uuid ?? '' }, value }];
}

function identity({ id, sample, sources }: MergedGpu): Record<string, string> {
  return {
    gpu: String(id),
    uuid: sample.uuid ?? '',
    name: sample.name ?? '',
    vendor: sample.vendor ?? '',
    driver: sample.driverVersion ?? '',
    pci: sample.pciAddress ?? '',
    source: sources[0] ?? '',
  };
}

function clocks(gpu: MergedGpu): readonly SampledValue[] {
  const domains = { graphics: gpu.sample.clockHertz, memory: gpu.sample.memoryClockHertz };
  return Object.entries(domains).flatMap(([domain, hertz]) =>
    labelled(gpu, hertz).map(({ labels, value }) => ({ labels: { ...labels, domain }, value })),
  );
}

function pressures(host: HostSample | null): readonly SampledValue[] {
  return Object.entries(host?.pressure ?? {}).flatMap(([resource, shares]) =>
    shares === null ? [] : [{ labels: { resource }, value: shares.some / 100 }],
  );
}

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

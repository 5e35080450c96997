import type { HostSample, Performance } from '../api/types.js';

/** One reading of the host. */
export interface SystemSample {
  readonly timestamp: string;
  readonly cpu_util_per_core: readonly number[];
  readonly mem_total_mb: number;
  readonly mem_used_mb: number;
  readonly mem_free_mb: number;
  readonly swap_total_mb: number;
  readonly swap_used_mb: number;
  readonly load_avg_1: number | null;
  readonly load_avg_5: number | null;
  readonly load_avg_15: number | null;
  readonly net_io: readonly NetworkCounters[];
}

/** Byte counters of one network interface. */
export interface NetworkCounters {
  readonly name: string;
  readonly bytes_recv: number;
  readonly bytes_sent: number;
}

/** One reading of one GPU. */
export interface GpuReading {
  readonly timestamp: string;
  readonly id: number;
  readonly name: string;
  readonly uuid: string;
  readonly temp_c: number | null;
  readonly vram_temp_c: number | null;
  readonly gpu_util_pct: number | null;
  readonly mem_util_pct: number | null;
  readonly mem_used_mb: number | null;
  readonly mem_total_mb: number | null;
  readonly fan_speed_pct: number | null;
  readonly power_draw_w: number | null;
}

/** One line of a chart: values by time, null where there is no reading. */
export interface Series {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** CSS colour; the chart colours in turn without one. */
  readonly colour?: string;
}

/** Times in Unix seconds with the lines drawn over them. */
export interface ChartData {
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

const seconds = (timestamp: string): number => Date.parse(timestamp) / 1000;

/** Several charts are made from the same samples; what they share is worked out once. */
const timesOf = once((samples: readonly { readonly timestamp: string }[]) =>
  samples.map((sample) => seconds(sample.timestamp)),
);

function once<T extends object, R>(make: (of: T) => R): (of: T) => R {
  const made = new WeakMap<T, R>();
  return (of) => {
    const known = made.get(of);
    if (known !== undefined) return known;
    const result = make(of);
    made.set(of, result);
    return result;
  };
}

/** One line per figure of the host. */
export function systemChart(
  samples: readonly SystemSample[],
  figures: Readonly<Record<string, (sample: SystemSample) => number | null>>,
): ChartData {
  return {
    times: timesOf(samples),
    series: Object.entries(figures).map(([label, of]) => ({ label, values: samples.map(of) })),
  };
}

/** One line per core. */
export function coreChart(samples: readonly SystemSample[]): ChartData {
  const cores = Math.max(0, ...samples.map((sample) => sample.cpu_util_per_core.length));
  const figures = Object.fromEntries(
    Array.from({ length: cores }, (_, core) => [
      `Core ${core}`,
      (sample: SystemSample) => sample.cpu_util_per_core[core] ?? null,
    ]),
  );
  return systemChart(samples, figures);
}

/** One line per GPU; two of the same name are told apart by their number. */
export function gpuChart(
  readings: readonly GpuReading[],
  figure: (reading: GpuReading) => number | null,
): ChartData {
  const { times, gpus } = gpuLines(readings);
  const series = gpus.map(({ label, readings: own }) => ({
    label,
    values: own.map((reading) => (reading ? figure(reading) : null)),
  }));
  return { times, series };
}

interface GpuLine {
  readonly label: string;
  /** One place per time. */
  readonly readings: readonly (GpuReading | null)[];
}

const gpuLines = once((readings: readonly GpuReading[]) => {
  const moments = timesOf(readings);
  const times = [...new Set(moments)].toSorted((a, b) => a - b);
  const position = new Map(times.map((time, index) => [time, index]));
  const lines = new Map<string, (GpuReading | null)[]>();
  readings.forEach((reading, index) => {
    const key = reading.uuid || `${reading.name}#${reading.id}`;
    const line = lines.get(key) ?? times.map(() => null);
    line[position.get(moments[index]!)!] = reading;
    lines.set(key, line);
  });
  const first = (line: readonly (GpuReading | null)[]): GpuReading => line.find(Boolean)!;
  const names = [...lines.values()].map((line) => first(line).name);
  const gpus = [...lines.values()].map((line): GpuLine => {
    const { name, id } = first(line);
    const isOne = names.filter((other) => other === name).length === 1;
    return { label: isOne ? name : `${name} #${id}`, readings: line };
  });
  return { times, gpus };
});

/** Interfaces whose traffic is shown: loopback and virtual ones only on request. */
export function isPhysicalInterface(name: string): boolean {
  return !/^(lo|docker|veth|br-|virbr|vmnet|tun|tap|cni|flannel|utun)/i.test(name);
}

/** In and out per interface in Mbit/s, from counter differences; a counter reset is a gap. */
export function networkChart(samples: readonly SystemSample[], all: boolean): ChartData {
  const times = timesOf(samples);
  const counters = countersOf(samples);
  const shown = [...counters].filter(([name]) => all || isPhysicalInterface(name));
  const rate = (own: readonly (NetworkCounters | null)[], key: 'bytes_recv' | 'bytes_sent') =>
    own.map((at, index) => {
      const [now, then] = [at?.[key], own[index - 1]?.[key]];
      if (now === undefined || then === undefined || now < then) return null;
      const span = times[index]! - times[index - 1]!;
      return span > 0 ? ((now - then) / span) * 8e-6 : null;
    });
  return {
    times,
    series: shown.flatMap(([name, own]) => [
      { label: `${name} in`, values: rate(own, 'bytes_recv') },
      { label: `${name} out`, values: rate(own, 'bytes_sent') },
    ]),
  };
}

/** Counters of each interface, one place per sample. */
const countersOf = once((samples: readonly SystemSample[]) => {
  const lines = new Map<string, (NetworkCounters | null)[]>();
  samples.forEach((sample, index) => {
    for (const io of sample.net_io) {
      let line = lines.get(io.name);
      if (!line) lines.set(io.name, (line = samples.map(() => null)));
      line[index] = io;
    }
  });
  return lines;
});

/** The longest stretch of which every sample is fetched, seconds; longer ones come as means. */
export const EVERY_SAMPLE_S = 3600;

const MEBIBYTE = 1024 * 1024;

/** Samples of `GET /api/v1/performance` in the form that the charts draw. */
export function fromHistory({ system, gpus }: Pick<Performance, 'system' | 'gpus'>): {
  readonly system: SystemSample[];
  readonly gpus: GpuReading[];
} {
  return {
    system: system.map(systemSampleOf),
    gpus: gpus.flatMap(({ timestamp, devices }) =>
      devices.map((gpu) => ({
        timestamp,
        id: gpu.id,
        name: gpu.name ?? `GPU ${gpu.id}`,
        uuid: gpu.uuid ?? '',
        temp_c: gpu.temp_c,
        vram_temp_c: gpu.vram_temp_c,
        gpu_util_pct: gpu.gpu_util_pct,
        mem_util_pct: gpu.mem_util_pct,
        mem_used_mb: gpu.mem_used_bytes === null ? null : gpu.mem_used_bytes / MEBIBYTE,
        mem_total_mb: gpu.mem_total_bytes === null ? null : gpu.mem_total_bytes / MEBIBYTE,
        fan_speed_pct: gpu.fan_speed_pct,
        power_draw_w: gpu.power_draw_w,
      })),
    ),
  };
}

function systemSampleOf(sample: HostSample): SystemSample {
  return {
    timestamp: sample.timestamp,
    cpu_util_per_core: sample.cpu_util_per_core,
    mem_total_mb: sample.mem_total_bytes / MEBIBYTE,
    mem_used_mb: sample.mem_used_bytes / MEBIBYTE,
    mem_free_mb: sample.mem_free_bytes / MEBIBYTE,
    swap_total_mb: (sample.swap_total_bytes ?? 0) / MEBIBYTE,
    swap_used_mb: (sample.swap_used_bytes ?? 0) / MEBIBYTE,
    load_avg_1: sample.load_avg?.[0] ?? null,
    load_avg_5: sample.load_avg?.[1] ?? null,
    load_avg_15: sample.load_avg?.[2] ?? null,
    net_io: (sample.network ?? []).map(({ name, receivedBytes, sentBytes }) => {
      return { name, bytes_recv: receivedBytes, bytes_sent: sentBytes };
    }),
  };
}

/** Appends what is new and forgets what is older than an hour before the newest. */
export function appendSamples<T extends { readonly timestamp: string }>(
  kept: readonly T[],
  more: readonly T[],
): T[] {
  const last = kept.at(-1);
  const fresh = last ? more.filter((one) => one.timestamp > last.timestamp) : more;
  const joined = [...kept, ...(kept.length > 0 && isGpuBatch(more) ? more : fresh)];
  const newest = joined.at(-1);
  if (!newest) return joined;
  const oldest = Date.parse(newest.timestamp) - 3_600_000;
  return joined.filter((one) => Date.parse(one.timestamp) >= oldest);
}

/** Readings of several GPUs share their time, so the answer to `after` is taken as it is. */
function isGpuBatch(samples: readonly object[]): boolean {
  return samples.length > 0 && 'gpu_util_pct' in samples[0]!;
}

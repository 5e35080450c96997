import { GpuSample, sharePercent, toolJson, unknownGpu } from '#lib/plugin-api';
import { appleName } from './ioreg.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a line of `mactop --headless --format json`; null for anything else. */
export function parseMactop(line: string): GpuSample | null {
  const root = parse(line);
  if (!root) return null;
  const soc = objectOf(root['soc_metrics']);
  const system = objectOf(root['system_info']);
  const memory = objectOf(root['memory']);
  const temperature = numberOf(soc['gpu_temp']);
  const memoryTemperature = memorySensor(root['temperatures']);
  const used = numberOf(memory['used']);
  const total = numberOf(memory['total']);
  const model = typeof system['name'] === 'string' ? system['name'] : 'Apple GPU';
  return {
    ...unknownGpu(0),
    vendor: 'Apple',
    name: appleName(model, numberOf(system['gpu_core_count'])),
    temperatureCelsius: temperature,
    temperatureSource: temperature === null ? null : 'gpu',
    memoryTemperatureCelsius: memoryTemperature,
    utilizationPercent: numberOf(root['gpu_usage']),
    memoryUtilizationPercent: sharePercent(used, total),
    memoryUsedBytes: used,
    memoryTotalBytes: total,
    memoryKind: 'unified',
    fanPercent: fanPercent(root['fans']),
    powerWatts: numberOf(soc['gpu_power']),
    // For this source alone that API rounds instead of cutting.
    compatible: {
      ...(temperature !== null && { temperatureCelsius: Math.round(temperature) }),
      ...(memoryTemperature !== null && {
        memoryTemperatureCelsius: Math.round(memoryTemperature),
      }),
    },
  };
}

/** The sample with the GPU's share of the memory, which only ioreg knows. */
export function withGpuMemory(sample: GpuSample, ioreg: GpuSample | null): GpuSample {
  if (!ioreg || ioreg.memoryUsedBytes === null) return sample;
  const { memoryUsedBytes, memoryTotalBytes, memoryUtilizationPercent } = ioreg;
  return { ...sample, memoryUsedBytes, memoryTotalBytes, memoryUtilizationPercent };
}

function memorySensor(value: unknown): number | null {
  const sensors = Array.isArray(value) ? value.map(objectOf) : [];
  const memory = sensors.find(({ group }) => String(group).toLowerCase() === 'memory');
  return memory ? numberOf(memory['avg_celsius']) : null;
}

/** Mean position of the fans within their ranges; fans without a range are left out. */
function fanPercent(value: unknown): number | null {
  const fans = Array.isArray(value) ? value.map(objectOf) : [];
  const shares = fans.flatMap((fan) => {
    const rpm = numberOf(fan['rpm']);
    const min = numberOf(fan['min_rpm']);
    const max = numberOf(fan['max_rpm']);
    if (rpm === null || min === null || max === null || max <= min) return [];
    return [Math.max(0, ((rpm - min) / (max - min)) * 100)];
  });
  if (shares.length === 0) return null;
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function parse(line: string): JsonObject | null {
  const value = line.trimStart().startsWith('{') ? toolJson(line) : undefined;
  return value === undefined ? null : objectOf(value);
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

import { GpuSample, pciAddressOf, sharePercent, toolText, unknownGpu } from '#lib/plugin-api';

const BYTES_PER_MIB = 1024 * 1024;
const SENSORS = ['edge', 'hotspot'];

/** Identity of a device, from `amd-smi list --json`. */
export interface AmdDevice {
  readonly pciAddress: string | null;
  readonly uuid: string | null;
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads `amd-smi metric --json`: `{"gpu_data":[…]}`, in older versions a bare array. Leaves are
 * `{value, unit}` or the text `N/A`; "MB" means MiB.
 */
export function parseAmdSamples(
  output: string,
  devices: ReadonlyMap<number, AmdDevice> = new Map(),
): readonly GpuSample[] {
  return entriesOf(output).map((entry, position) => {
    const index = plainNumber(entry['gpu']) ?? position;
    return amdSample(entry, index, devices.get(index));
  });
}

/** Reads `amd-smi list --json`: identities by index. */
export function parseAmdDevices(output: string): ReadonlyMap<number, AmdDevice> {
  const entries = entriesOf(output).map((entry, position) => {
    const pciAddress = pciAddressOf(textOf(entry['bdf']));
    const device: AmdDevice = { pciAddress, uuid: toolText(textOf(entry['uuid'])) };
    return [plainNumber(entry['gpu']) ?? position, device] as const;
  });
  return new Map(entries);
}

function amdSample(entry: JsonObject, index: number, device: AmdDevice | undefined): GpuSample {
  const temperature = objectOf(entry['temperature']);
  const memory = objectOf(entry['mem_usage']);
  const sensor = SENSORS.find((name) => leaf(temperature[name]) !== null) ?? null;
  const used = mebibytes(memory['used_vram']);
  const total = mebibytes(memory['total_vram']);
  const fan = objectOf(entry['fan']);
  return {
    ...unknownGpu(index),
    uuid: device?.uuid ?? null,
    pciAddress: device?.pciAddress ?? null,
    temperatureCelsius: sensor === null ? null : leaf(temperature[sensor]),
    temperatureSource: sensor,
    memoryTemperatureCelsius: leaf(temperature['mem']),
    utilizationPercent: leaf(objectOf(entry['usage'])['gfx_activity']),
    memoryUtilizationPercent: sharePercent(used, total),
    memoryUsedBytes: used,
    memoryTotalBytes: total,
    memoryKind: 'dedicated',
    fanPercent: leaf(fan['usage']),
    powerWatts: leaf(objectOf(entry['power'])['socket_power']),
  };
}

function entriesOf(output: string): readonly JsonObject[] {
  const start = output.search(/^\s*[[{]/m);
  if (start < 0) return [];
  try {
    const value: unknown = JSON.parse(output.slice(start));
    const list = Array.isArray(value) ? value : objectOf(value)['gpu_data'];
    return Array.isArray(list) ? list.map(objectOf) : [];
  } catch {
    return [];
  }
}

function leaf(value: unknown): number | null {
  return plainNumber(value) ?? plainNumber(objectOf(value)['value']);
}

function mebibytes(value: unknown): number | null {
  const count = leaf(value);
  return count === null ? null : count * BYTES_PER_MIB;
}

function plainNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

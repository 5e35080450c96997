import {
  GpuSample,
  pciAddressOf,
  sharePercent,
  toolJson,
  toolNumber,
  toolText,
  unknownGpu,
} from '#lib/plugin-api';

const BYTES_PER_MIB = 1024 * 1024;
const HERTZ_PER_MHZ = 1_000_000;
const SENSORS = ['edge', 'hotspot'];

/** Identity of a device, from `amd-smi list --json`. */
export interface AmdDevice {
  readonly pciAddress: string | null;
  readonly uuid: string | null;
  readonly name: string | null;
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
    const index = indexOf(entry, position);
    return amdSample(entry, index, devices.get(index));
  });
}

/** Reads `amd-smi list --json`: identities by index. */
export function parseAmdDevices(output: string): ReadonlyMap<number, AmdDevice> {
  const entries = entriesOf(output).map((entry, position) => {
    const pciAddress = pciAddressOf(textOf(entry['bdf']));
    const device = { pciAddress, uuid: toolText(textOf(entry['uuid'])), name: null };
    return [indexOf(entry, position), device] as const;
  });
  return new Map(entries);
}

/** Reads `amd-smi static --asic --json`: names by index. */
export function parseAmdNames(output: string): ReadonlyMap<number, string> {
  const names = entriesOf(output).flatMap((entry, position) => {
    const name = toolText(textOf(objectOf(entry['asic'])['market_name']));
    return name === null ? [] : [[indexOf(entry, position), name] as const];
  });
  return new Map(names);
}

function amdSample(entry: JsonObject, index: number, device: AmdDevice | undefined): GpuSample {
  const temperature = objectOf(entry['temperature']);
  const memory = objectOf(entry['mem_usage']);
  const sensor = SENSORS.find((name) => leaf(temperature[name]) !== null) ?? null;
  const used = memoryBytes(memory['used_vram']);
  const total = memoryBytes(memory['total_vram']);
  const fan = objectOf(entry['fan']);
  return {
    ...unknownGpu(index),
    uuid: device?.uuid ?? null,
    pciAddress: device?.pciAddress ?? null,
    name: device?.name ?? null,
    vendor: 'AMD',
    temperatureCelsius: sensor === null ? null : leaf(temperature[sensor]),
    temperatureSource: sensor,
    memoryTemperatureCelsius: leaf(temperature['mem']),
    utilizationPercent: leaf(objectOf(entry['usage'])['gfx_activity']),
    memoryUtilizationPercent: sharePercent(used, total),
    memoryUsedBytes: used,
    memoryTotalBytes: total,
    memoryKind: 'dedicated',
    fanPercent: leaf(fan['usage']) ?? sharePercent(leaf(fan['speed']), leaf(fan['max'])),
    powerWatts: socketPower(objectOf(entry['power'])),
    clockHertz: clockHertz(entry, 'gfx_0'),
    memoryClockHertz: clockHertz(entry, 'mem_0'),
    memoryBusyPercent: leaf(objectOf(entry['usage'])['umc_activity']),
  };
}

/** The tool's own number of the device, or its place in the list. */
function indexOf(entry: JsonObject, position: number): number {
  const index = plainNumber(entry['gpu']);
  return index !== null && Number.isInteger(index) && index >= 0 ? index : position;
}

/** Versions before 6.2 tell the present or the mean power, depending on the card. */
function socketPower(power: JsonObject): number | null {
  const names = ['socket_power', 'current_socket_power', 'average_socket_power'];
  return names.map((name) => leaf(power[name])).find((watts) => watts !== null) ?? null;
}

function clockHertz(entry: JsonObject, domain: string): number | null {
  const megahertz = leaf(objectOf(objectOf(entry['clock'])[domain])['clk']);
  return megahertz === null ? null : megahertz * HERTZ_PER_MHZ;
}

function entriesOf(output: string): readonly JsonObject[] {
  const value = toolJson(output);
  const list = Array.isArray(value) ? value : objectOf(value)['gpu_data'];
  return Array.isArray(list) ? list.map(objectOf) : [];
}

/** Versions before 6.1 write `35 W` where later ones have a value with its unit. */
function leafOf(value: unknown): { readonly count: number | null; readonly unit: unknown } {
  const [, text, unit] = /^\s*(\S+)\s+(\S+)\s*$/.exec(textOf(value) ?? '') ?? [];
  if (text !== undefined) return { count: toolNumber(text), unit };
  const object = objectOf(value);
  return { count: plainNumber(value) ?? plainNumber(object['value']), unit: object['unit'] };
}

function leaf(value: unknown): number | null {
  return leafOf(value).count;
}

const MEMORY_UNITS: ReadonlyMap<unknown, number> = new Map([
  ['B', 1],
  ['KB', 1024],
  ['KiB', 1024],
  ['GB', BYTES_PER_MIB * 1024],
  ['GiB', BYTES_PER_MIB * 1024],
]);

/** An amount of memory; "MB" and no unit at all mean MiB. */
function memoryBytes(value: unknown): number | null {
  const { count, unit } = leafOf(value);
  return count === null ? null : count * (MEMORY_UNITS.get(unit) ?? BYTES_PER_MIB);
}

function plainNumber(value: unknown): number | null {
  if (typeof value === 'string') return toolNumber(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

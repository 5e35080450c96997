import { GpuInventoryItem, GpuMemoryKind, toolJson, unknownAccelerator } from '#lib/plugin-api';

type JsonObject = Readonly<Record<string, unknown>>;

/** Arguments that make macOS list its graphics devices. */
export const DISPLAYS_ARGUMENTS = ['SPDisplaysDataType', '-json'] as const;

const VENDORS = ['Apple', 'AMD', 'Intel', 'NVIDIA'];

const UNITS: ReadonlyMap<string, number> = new Map([
  ['KB', 1024],
  ['MB', 1024 ** 2],
  ['GB', 1024 ** 3],
]);

/**
 * Reads `system_profiler SPDisplaysDataType -json`. GPUs of Apple share the machine's memory, whose size
 * the caller knows; those of older machines have or are given a part of their own.
 */
export function parseMacDisplays(
  output: string,
  memoryTotalBytes: number,
): readonly GpuInventoryItem[] {
  return devicesOf(output).map((device) => {
    const vendor = vendorOf(device);
    const memory = vendor === 'Apple' ? unified(memoryTotalBytes) : memoryOf(device);
    const model = textOf(device['sppci_model']) ?? textOf(device['_name']);
    return { ...unknownAccelerator(), vendor, model, ...memory };
  });
}

interface Memory {
  readonly memoryKind: GpuMemoryKind;
  readonly memoryBytes: number | null;
}

function unified(memoryBytes: number): Memory {
  return { memoryKind: 'unified', memoryBytes };
}

function memoryOf(device: JsonObject): Memory {
  const own = bytesOf(device['spdisplays_vram']);
  if (own !== null) return { memoryKind: 'dedicated', memoryBytes: own };
  const shared = bytesOf(device['spdisplays_vram_shared']);
  return { memoryKind: shared === null ? 'unknown' : 'shared_system', memoryBytes: shared };
}

/** `sppci_vendor_Apple`, `AMD (0x1002)`, `Intel`. */
function vendorOf(device: JsonObject): string | null {
  const text = textOf(device['spdisplays_vendor']) ?? '';
  return VENDORS.find((name) => text.toLowerCase().includes(name.toLowerCase())) ?? null;
}

function bytesOf(value: unknown): number | null {
  const [, count, unit] = /^([\d.]+) (KB|MB|GB)$/.exec(textOf(value) ?? '') ?? [];
  return count === undefined ? null : Number(count) * UNITS.get(unit!)!;
}

function devicesOf(output: string): readonly JsonObject[] {
  const { SPDisplaysDataType: list } = (toolJson(output) ?? {}) as JsonObject;
  return Array.isArray(list) ? (list as JsonObject[]) : [];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

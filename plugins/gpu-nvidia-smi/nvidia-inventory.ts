import {
  GpuInventoryItem,
  pciAddressOf,
  toolNumber,
  toolText,
  unknownAccelerator,
} from '#lib/plugin-api';
import { NvidiaDevice } from './nvidia-list.js';

const BYTES_PER_MIB = 1024 * 1024;

/** Columns of the query behind {@link parseNvidiaInventory}. */
export const INVENTORY_COLUMNS =
  'index,name,uuid,pci.bus_id,memory.total,driver_version,power.limit';

/** Compute capability to architecture (NVIDIA, "CUDA GPU Compute Capability"). */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Fermi: '2.0 2.1',
    Kepler: '3.0 3.2 3.5 3.7',
    Maxwell: '5.0 5.2 5.3',
    Pascal: '6.0 6.1 6.2',
    Volta: '7.0 7.2',
    Turing: '7.5',
    Ampere: '8.0 8.6 8.7',
    'Ada Lovelace': '8.9',
    Hopper: '9.0',
    Blackwell: '10.0 10.3 11.0 12.0 12.1',
  }).flatMap(([name, versions]) => versions.split(' ').map((version) => [version, name] as const)),
);

/**
 * Architecture by index, out of `--query-gpu=index,architecture` or, from drivers that refuse that,
 * `--query-gpu=index,compute_cap`.
 */
export function parseArchitectures(rows: string): ReadonlyMap<string, string> {
  const named = rowsOf(rows).flatMap(([index, value, ...rest]) => {
    const text = rest.length === 0 ? toolText(value) : null;
    const name = /^[\d.]+$/.test(text ?? '') ? ARCHITECTURES.get(text!) : text;
    return index !== undefined && name ? [[index, name] as const] : [];
  });
  return new Map(named);
}

/**
 * Joins the static query, the architectures and the list of instances. A row that has not exactly seven
 * columns makes the whole answer useless: an empty result.
 */
export function parseNvidiaInventory(
  rows: string,
  architectures: ReadonlyMap<string, string>,
  devices: readonly NvidiaDevice[] = [],
): readonly GpuInventoryItem[] {
  const table = rowsOf(rows);
  if (table.some((row) => row.length !== 7)) return [];
  return table.map(([index, name, uuid, pci, memory, driver, limit]) => {
    const memoryMib = toolNumber(memory);
    const instances = devices.find((device) => device.uuid === uuid)?.mig ?? [];
    return {
      ...unknownAccelerator(),
      pciAddress: pciAddressOf(pci),
      uuid: toolText(uuid),
      vendor: 'NVIDIA',
      model: toolText(name),
      architecture: architectures.get(index!) ?? null,
      // Parts that share the machine's memory report no size of their own.
      memoryKind: memoryMib === null ? 'unified' : 'dedicated',
      memoryBytes: memoryMib === null ? null : memoryMib * BYTES_PER_MIB,
      driverName: 'NVIDIA',
      driverVersion: toolText(driver),
      powerLimitWatts: toolNumber(limit),
      instances: instances.map(({ profile, uuid: id }) => ({ profile, uuid: id })),
    };
  });
}

function rowsOf(csv: string): string[][] {
  const lines = csv.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.map((line) => line.split(',').map((field) => field.trim()));
}

import { GpuInventoryItem } from '#lib/plugin-api';
import { Accelerator } from './hardware-snapshot.interface.js';

/**
 * Joins what the probes list, by PCI address: an earlier list wins per field. Sorted by address,
 * devices without one last; numbered from 0.
 */
export function joinAccelerators(
  lists: readonly (readonly GpuInventoryItem[])[],
): readonly Accelerator[] {
  const joined: GpuInventoryItem[] = [];
  for (const item of lists.flat()) {
    const at = joined.findIndex(
      (known) => known.pciAddress !== null && known.pciAddress === item.pciAddress,
    );
    if (at < 0) joined.push(item);
    else joined[at] = fill(joined[at]!, item);
  }
  return joined.toSorted(byAddress).map(accelerator);
}

function accelerator(item: GpuInventoryItem, index: number): Accelerator {
  const { driverName: name, driverVersion: version } = item;
  return {
    index,
    kind: item.kind,
    vendor: item.vendor,
    model: item.model,
    architecture: item.architecture,
    memory: { kind: item.memoryKind, capacity_bytes: positive(item.memoryBytes) },
    driver: name === null && version === null ? null : { name, version },
    power_limit_watts: positive(item.powerLimitWatts),
    pci_address: item.pciAddress,
    uuid: item.uuid,
    instances: item.instances,
  };
}

/** Some tools write 0 for what they do not know. */
function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}

function fill(known: GpuInventoryItem, other: GpuInventoryItem): GpuInventoryItem {
  const told = Object.entries(known).filter(([, value]) => value !== null);
  const memoryKind = known.memoryKind === 'unknown' ? other.memoryKind : known.memoryKind;
  return { ...other, ...(Object.fromEntries(told) as Partial<GpuInventoryItem>), memoryKind };
}

function byAddress(a: GpuInventoryItem, b: GpuInventoryItem): number {
  if (a.pciAddress === b.pciAddress) return 0;
  if (a.pciAddress === null) return 1;
  return b.pciAddress === null || a.pciAddress < b.pciAddress ? -1 : 1;
}

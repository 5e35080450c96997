import { GpuInventoryItem, ProbeWorld, pciAddressOf, unknownAccelerator } from '#lib/plugin-api';
import { VENDORS } from './drm-cards.js';
import { SysfsReader } from './sysfs.reader.js';

/** Where Linux lists compute accelerators (kernel documentation, "accel"). */
const ACCEL_FOLDER = '/sys/class/accel';

/** The NPUs of the machine; they share its memory. */
export async function listNpus(world: ProbeWorld): Promise<readonly GpuInventoryItem[]> {
  const names = (await world.listFolder(ACCEL_FOLDER)).filter((name) => /^accel\d+$/.test(name));
  return await Promise.all(
    names.map(async (name) => {
      const device = new SysfsReader(world, `${ACCEL_FOLDER}/${name}/device`);
      const uevent = (await device.text('uevent')) ?? '';
      return {
        ...unknownAccelerator(),
        kind: 'npu' as const,
        pciAddress: pciAddressOf(/^PCI_SLOT_NAME=(.*)$/m.exec(uevent)?.[1]),
        vendor: VENDORS.get((await device.text('vendor')) ?? '') ?? null,
        model: await device.text('product_name'),
        memoryKind: 'shared_system' as const,
        driverName: /^DRIVER=(.*)$/m.exec(uevent)?.[1] ?? null,
      };
    }),
  );
}

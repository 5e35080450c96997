import { ProbeWorld, pciAddressOf } from '#lib/plugin-api';
import { SysfsReader } from './sysfs.reader.js';

/** Where Linux lists graphics devices. */
const DRM_FOLDER = '/sys/class/drm';

/** PCI vendor ids of the kernel's `vendor` files. */
export const VENDORS: ReadonlyMap<string, string> = new Map([
  ['0x10de', 'NVIDIA'],
  ['0x1002', 'AMD'],
  ['0x1022', 'AMD'],
  ['0x8086', 'Intel'],
  ['0x106b', 'Apple'],
]);

/** A graphics device of the kernel. */
export interface DrmCard {
  readonly index: number;
  readonly vendor: string | null;
  readonly driver: string | null;
  readonly pciAddress: string | null;
  readonly device: SysfsReader;
}

/** The cards of the machine in the order of their names; connectors are passed over. */
export async function listDrmCards(world: ProbeWorld): Promise<readonly DrmCard[]> {
  const names = (await world.listFolder(DRM_FOLDER)).filter((name) => /^card\d+$/.test(name));
  const sorted = names.toSorted((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
  return await Promise.all(
    sorted.map(async (name, index) => {
      const device = new SysfsReader(world, `${DRM_FOLDER}/${name}/device`);
      const vendor = VENDORS.get((await device.text('vendor')) ?? '') ?? null;
      const uevent = (await device.text('uevent')) ?? '';
      const pciAddress = pciAddressOf(/^PCI_SLOT_NAME=(.*)$/m.exec(uevent)?.[1]);
      const driver = /^DRIVER=(.*)$/m.exec(uevent)?.[1] ?? null;
      return { index, vendor, driver, pciAddress, device };
    }),
  );
}

/** Whether programs reach the card: display controllers of servers have no render node. */
export async function hasRenderNode(world: ProbeWorld, { device }: DrmCard): Promise<boolean> {
  const names = await device.inside('drm').names();
  const node = names.find((name) => /^renderD\d+$/.test(name));
  return node !== undefined && (await world.exists(`/dev/dri/${node}`));
}

/** The sensor folders of a card. */
export async function sensorFolders({ device }: DrmCard): Promise<readonly SysfsReader[]> {
  const hwmon = device.inside('hwmon');
  return (await hwmon.names()).map((name) => hwmon.inside(name));
}

import { GpuSample, ProbeWorld, pciAddressOf, toolNumber, unknownGpu } from '#lib/plugin-api';

const DRM = '/sys/class/drm';
const MILLI = 1000;
const MICROJOULES_PER_JOULE = 1_000_000;
const HERTZ_PER_MHZ = 1_000_000;
const INTEL = '0x8086';

/** One card of the drivers i915 and xe with its energy counter. */
export interface IntelReading {
  readonly sample: GpuSample;
  /** Energy since the driver was loaded; null where the card has no counter. */
  readonly energyJoules: number | null;
}

/** Folders of the cards made by Intel. */
export async function listIntelCards(world: ProbeWorld): Promise<readonly string[]> {
  const names = (await world.listFolder(DRM)).filter((name) => /^card\d+$/.test(name));
  const cards: string[] = [];
  for (const name of names.toSorted((a, b) => Number(a.slice(4)) - Number(b.slice(4)))) {
    const vendor = await world.readText(`${DRM}/${name}/device/vendor`);
    if (vendor?.trim() === INTEL) cards.push(`${DRM}/${name}`);
  }
  return cards;
}

/**
 * Reads temperature, clock, energy counter and power limit of one card (kernel documentation,
 * sysfs-driver-intel-i915-hwmon and sysfs-driver-intel-xe-hwmon), and with the driver xe the size of
 * the card's own memory.
 */
export async function readIntelCard(
  world: ProbeWorld,
  card: string,
  index: number,
): Promise<IntelReading> {
  const number = async (file: string): Promise<number | null> =>
    toolNumber(await world.readText(file));
  const [folder] = await world.listFolder(`${card}/device/hwmon`);
  const hwmon = `${card}/device/hwmon/${folder ?? 'none'}`;
  const uevent = (await world.readText(`${card}/device/uevent`)) ?? '';
  const milliCelsius =
    (await number(`${hwmon}/temp2_input`)) ?? (await number(`${hwmon}/temp1_input`));
  const megahertz =
    (await number(`${card}/gt_act_freq_mhz`)) ??
    (await number(`${card}/device/tile0/gt0/freq0/act_freq`));
  const microjoules = await number(`${hwmon}/energy1_input`);
  const limit =
    (await number(`${hwmon}/power1_max`)) ?? (await number(`${hwmon}/power1_rated_max`));
  const memoryTotalBytes = await number(`${card}/device/tile0/physical_vram_size_bytes`);
  const hasMemory = memoryTotalBytes !== null && memoryTotalBytes > 0;
  return {
    energyJoules: microjoules === null ? null : microjoules / MICROJOULES_PER_JOULE,
    sample: {
      ...unknownGpu(index),
      vendor: 'Intel',
      pciAddress: pciAddressOf(/^PCI_SLOT_NAME=(.*)$/m.exec(uevent)?.[1]),
      temperatureCelsius: milliCelsius === null ? null : milliCelsius / MILLI,
      temperatureSource: milliCelsius === null ? null : 'pkg',
      memoryTotalBytes: hasMemory ? memoryTotalBytes : null,
      memoryKind: hasMemory ? 'dedicated' : 'unknown',
      clockHertz: megahertz === null ? null : megahertz * HERTZ_PER_MHZ,
      powerLimitWatts: limit === null ? null : limit / MICROJOULES_PER_JOULE,
    },
  };
}

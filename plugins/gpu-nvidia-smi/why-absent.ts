import { GpuProbeContext, ProbeError, ProbeWorld } from '#lib/plugin-api';

const PCI_FOLDER = '/sys/bus/pci/devices';
const NVIDIA = '0x10de';
/** PCI class of display controllers (PCI Code and ID Assignment Specification). */
const DISPLAY_CLASS = '0x03';

/** Why there is no nvidia-smi, with the card that would need it where Linux shows one. */
export async function whyAbsent({ world, platform }: GpuProbeContext): Promise<ProbeError> {
  const card = platform === 'linux' ? await nvidiaCard(world) : null;
  if (card === null) return new ProbeError('absent', 'nvidia-smi is not on PATH');
  const words =
    `an NVIDIA GPU is there (${card}), but nvidia-smi is not on PATH: ` +
    "install NVIDIA's driver with its tools; in a container, pass the GPU on (--gpus all)";
  return new ProbeError('absent', words);
}

/** Address and driver of the first display controller made by NVIDIA. */
async function nvidiaCard(world: ProbeWorld): Promise<string | null> {
  for (const address of await world.listFolder(PCI_FOLDER)) {
    const read = async (name: string): Promise<string> =>
      (await world.readText(`${PCI_FOLDER}/${address}/${name}`)) ?? '';
    if ((await read('vendor')).trim() !== NVIDIA) continue;
    if (!(await read('class')).startsWith(DISPLAY_CLASS)) continue;
    const driver = /^DRIVER=(.*)$/m.exec(await read('uevent'))?.[1];
    return `${address}, ${driver === undefined ? 'no driver' : `driver ${driver}`}`;
  }
  return null;
}

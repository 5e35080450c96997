import { ProbeWorld, pciAddressOf, toolNumber } from '#lib/plugin-api';

const KFD = '/sys/class/kfd/kfd';

/** A GPU as the kernel's compute driver lists it. */
export interface KfdNode {
  readonly gpuId: string;
  readonly pciAddress: string | null;
  /** `gfx_target_version`, null where it is not told. */
  readonly targetVersion: number | null;
}

/** The GPUs of AMD's compute driver (kernel sources, amdkfd `kfd_topology.c`); none without it. */
export async function kfdNodes(world: ProbeWorld): Promise<readonly KfdNode[]> {
  const nodes: KfdNode[] = [];
  for (const name of await world.listFolder(`${KFD}/topology/nodes`)) {
    const folder = `${KFD}/topology/nodes/${name}`;
    const gpuId = (await world.readText(`${folder}/gpu_id`))?.trim() ?? '0';
    // CPUs are nodes too, with the id 0.
    if (gpuId === '0') continue;
    const properties = (await world.readText(`${folder}/properties`)) ?? '';
    const value = (key: string): number | null =>
      toolNumber(new RegExp(`^${key} (\\d+)$`, 'm').exec(properties)?.[1]);
    nodes.push({
      gpuId,
      pciAddress: addressOf(value('domain') ?? 0, value('location_id')),
      targetVersion: value('gfx_target_version'),
    });
  }
  return nodes;
}

/** Memory of each process on each GPU, by PCI address; a GPU that no process computes on is left out. */
export async function kfdMemory(
  world: ProbeWorld,
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const pids = (await world.listFolder(`${KFD}/proc`)).filter((name) => /^\d+$/.test(name));
  const memory = new Map<string, Map<number, number>>();
  for (const { gpuId, pciAddress } of pids.length > 0 ? await kfdNodes(world) : []) {
    if (pciAddress === null) continue;
    const held = await Promise.all(
      pids.map(async (pid) => {
        const bytes = toolNumber(await world.readText(`${KFD}/proc/${pid}/vram_${gpuId}`));
        return [Number(pid), bytes ?? 0] as const;
      }),
    );
    const known = held.filter(([, bytes]) => bytes > 0);
    if (known.length > 0) memory.set(pciAddress, new Map(known));
  }
  return memory;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** `location_id` holds bus, device and function as PCI packs them. */
function addressOf(domain: number, location: number | null): string | null {
  if (location === null) return null;
  const [bus, device, fn] = [location >> 8, (location >> 3) & 31, location & 7];
  return pciAddressOf(`${hex(domain, 4)}:${hex(bus, 2)}:${hex(device, 2)}.${fn}`);
}

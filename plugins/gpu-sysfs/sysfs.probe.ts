import {
  GpuInventoryItem,
  GpuProbe,
  GpuProbeContext,
  GpuSample,
  PollingGpuProbe,
  ProbeError,
  unknownAccelerator,
} from '#lib/plugin-api';
import { amdgpuSample } from './amdgpu-sample.js';
import { gfxTargetName } from './gfx-target.js';
import { listNpus } from './npus.js';
import { KfdNode, kfdMemory, kfdNodes } from './kfd.topology.js';
import { DrmCard, hasRenderNode, listDrmCards, sensorFolders } from './drm-cards.js';

const MICRO = 1_000_000;

/** AMD GPUs without any tool, through the files of the Linux kernel. */
@GpuProbe('sysfs')
export class SysfsProbe extends PollingGpuProbe {
  override readonly priority = 40;

  override async detect(context: GpuProbeContext): Promise<boolean> {
    if (context.platform !== 'linux') throw new ProbeError('absent', 'there is no sysfs');
    if ((await amdCards(context)).length > 0) return true;
    throw new ProbeError('absent', 'no card made by AMD under /sys/class/drm');
  }

  /** Every graphics device that programs can compute on, whatever its vendor. */
  async inventory(context: GpuProbeContext): Promise<readonly GpuInventoryItem[]> {
    if (context.platform !== 'linux') return [];
    const nodes = await kfdNodes(context.world);
    const cards = await listDrmCards(context.world);
    const usable = await Promise.all(cards.map((card) => hasRenderNode(context.world, card)));
    const gpus = await Promise.all(
      cards.filter((_, at) => usable[at]).map((card) => inventoryItem(card, nodes)),
    );
    return [...gpus, ...(await listNpus(context.world))];
  }

  protected override async sample(context: GpuProbeContext): Promise<readonly GpuSample[]> {
    const cards = await amdCards(context);
    if (cards.length === 0) throw new ProbeError('no_devices', 'no card of the amdgpu driver');
    const memory = await kfdMemory(context.world);
    return await Promise.all(
      cards.map(async (card) => {
        const processes = memory.get(card.pciAddress ?? '') ?? null;
        return { ...(await amdgpuSample(card)), processes };
      }),
    );
  }
}

async function amdCards(context: GpuProbeContext): Promise<readonly DrmCard[]> {
  const cards = (await listDrmCards(context.world)).filter(({ vendor }) => vendor === 'AMD');
  return cards.map((card, index) => ({ ...card, index }));
}

async function inventoryItem(card: DrmCard, nodes: readonly KfdNode[]): Promise<GpuInventoryItem> {
  const memoryBytes = await card.device.number('mem_info_vram_total');
  const isDedicated = memoryBytes !== null && memoryBytes > 0;
  const [hwmon] = await sensorFolders(card);
  const node = nodes.find(
    ({ pciAddress }) => pciAddress !== null && pciAddress === card.pciAddress,
  );
  const version = node?.targetVersion ?? null;
  return {
    ...unknownAccelerator(),
    architecture: version === null ? null : gfxTargetName(version),
    pciAddress: card.pciAddress,
    vendor: card.vendor,
    model: await card.device.text('product_name'),
    memoryKind: isDedicated ? 'dedicated' : 'shared_system',
    memoryBytes: isDedicated ? memoryBytes : null,
    driverName: card.driver,
    driverVersion: await card.device.text('driver/module/version'),
    powerLimitWatts: (await hwmon?.scaled(['power1_cap'], MICRO)) ?? null,
  };
}

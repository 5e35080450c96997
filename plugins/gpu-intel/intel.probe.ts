import {
  GpuProbe,
  GpuProbeContext,
  GpuSample,
  PollingGpuProbe,
  ProbeError,
  sharePercent,
} from '#lib/plugin-api';
import { ClientOfProcess, DrmClients } from './drm-clients.js';
import { EngineLoad } from './engine-load.js';
import { listIntelCards, readIntelCard } from './intel-counters.js';

interface EnergyMark {
  readonly joules: number;
  readonly atMs: number;
}

/** What is remembered of a card from round to round. */
class CardMemory {
  readonly load = new EngineLoad();
  energy: EnergyMark | null = null;
}

/**
 * Intel GPUs through the files of the Linux kernel. Power is the growth of the energy counter and load
 * that of the engines' busy time, so the first round has neither. Load and memory are those of the
 * processes that Drover's user may look into.
 */
@GpuProbe('intel')
export class IntelProbe extends PollingGpuProbe {
  override readonly priority = 35;
  private readonly cards = new Map<string, CardMemory>();
  private readonly clients = new DrmClients();

  override async detect(context: GpuProbeContext): Promise<boolean> {
    if (context.platform !== 'linux') throw new ProbeError('absent', 'there is no sysfs');
    if ((await listIntelCards(context.world)).length > 0) return true;
    throw new ProbeError('absent', 'no card made by Intel under /sys/class/drm');
  }

  protected override async sample(context: GpuProbeContext): Promise<readonly GpuSample[]> {
    const cards = await listIntelCards(context.world);
    if (cards.length === 0) throw new ProbeError('no_devices', 'no card made by Intel');
    const clients = await this.clients.read(context.world);
    return await Promise.all(
      cards.map(async (card, index) => {
        const memory = this.memoryOf(card);
        const { sample, energyJoules } = await readIntelCard(context.world, card, index);
        const nowMs = context.world.nowMs();
        const powerWatts = wattsSince(memory, energyJoules, nowMs);
        const used = clients.filter(({ pciAddress }) => pciAddress === sample.pciAddress);
        return { ...withClients(sample, used, memory.load.next(used, nowMs)), powerWatts };
      }),
    );
  }

  private memoryOf(card: string): CardMemory {
    const memory = this.cards.get(card) ?? new CardMemory();
    this.cards.set(card, memory);
    return memory;
  }
}

/** Without a client nothing is known, unless every process can be seen. */
function withClients(
  sample: GpuSample,
  clients: readonly ClientOfProcess[],
  utilizationPercent: number | null,
): GpuSample {
  if (clients.length === 0 && process.getuid?.() !== 0) return sample;
  const held = clients.filter(({ memoryBytes }) => memoryBytes !== null);
  const processes = new Map<number, number>();
  for (const { pid, memoryBytes } of held) {
    processes.set(pid, (processes.get(pid) ?? 0) + memoryBytes!);
  }
  const used = [...processes.values()].reduce((sum, bytes) => sum + bytes, 0);
  const memoryUsedBytes = held.length > 0 ? used : null;
  return {
    ...sample,
    utilizationPercent,
    memoryUsedBytes,
    memoryUtilizationPercent: sharePercent(memoryUsedBytes, sample.memoryTotalBytes),
    processes: held.length > 0 ? processes : null,
  };
}

function wattsSince(memory: CardMemory, joules: number | null, atMs: number): number | null {
  const before = memory.energy;
  if (joules === null) return null;
  memory.energy = { joules, atMs };
  if (!before || joules < before.joules || atMs <= before.atMs) return null;
  return ((joules - before.joules) / (atMs - before.atMs)) * 1000;
}

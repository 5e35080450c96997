import { GpuProbe, GpuProbeContext, GpuSample, PollingGpuProbe, ProbeError } from '#lib/plugin-api';
import { listIntelCards, readIntelCard } from './intel-counters.js';

interface EnergyMark {
  readonly joules: number;
  readonly atMs: number;
}

/**
 * Intel GPUs through the files of the Linux kernel. Power is the growth of the energy counter, so the
 * first round has none.
 */
@GpuProbe('intel')
export class IntelProbe extends PollingGpuProbe {
  override readonly priority = 35;
  private readonly marks = new Map<string, EnergyMark>();

  override async detect(context: GpuProbeContext): Promise<boolean> {
    if (context.platform !== 'linux') throw new ProbeError('absent', 'there is no sysfs');
    if ((await listIntelCards(context.world)).length > 0) return true;
    throw new ProbeError('absent', 'no card made by Intel under /sys/class/drm');
  }

  protected override async sample(context: GpuProbeContext): Promise<readonly GpuSample[]> {
    const cards = await listIntelCards(context.world);
    if (cards.length === 0) throw new ProbeError('no_devices', 'no card made by Intel');
    return await Promise.all(
      cards.map(async (card, index) => {
        const { sample, energyJoules } = await readIntelCard(context.world, card, index);
        return { ...sample, powerWatts: this.power(card, energyJoules, context.world.nowMs()) };
      }),
    );
  }

  private power(card: string, joules: number | null, atMs: number): number | null {
    const before = this.marks.get(card);
    if (joules === null) return null;
    this.marks.set(card, { joules, atMs });
    if (!before || joules < before.joules || atMs <= before.atMs) return null;
    return ((joules - before.joules) / (atMs - before.atMs)) * 1000;
  }
}

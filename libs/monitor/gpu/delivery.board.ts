import { GpuSample } from '#lib/plugin-api';

interface Delivery {
  readonly sample: GpuSample;
  readonly atMs: number;
}

/**
 * What each probe has told last about each device. A round may come in pieces, and a device may miss a
 * round: it stays until it is too old.
 */
export class DeliveryBoard {
  private readonly probes = new Map<string, ReadonlyMap<string, Delivery>>();
  /** Samples that are in no snapshot yet. */
  private fresh = new Set<GpuSample>();

  /** Takes what a probe has delivered at a monotonic time. */
  take(probe: string, samples: readonly GpuSample[], atMs: number): void {
    const devices = new Map(this.probes.get(probe));
    const seen = new Set<string>();
    for (const sample of samples) {
      const key = keyOf(sample, seen);
      const before = devices.get(key);
      if (before) this.fresh.delete(before.sample);
      devices.set(key, { sample, atMs });
      this.fresh.add(sample);
    }
    this.probes.set(probe, devices);
  }

  /** Samples of a probe that were delivered at `sinceMs` or later; older ones are forgotten. */
  samples(probe: string, sinceMs: number): readonly GpuSample[] {
    const all = [...(this.probes.get(probe) ?? [])];
    const young = all.filter(([, { atMs }]) => atMs >= sinceMs);
    if (young.length < all.length) this.probes.set(probe, new Map(young));
    return young.map(([, { sample }]) => sample);
  }

  /** Samples that have come since the last call. */
  takeFresh(): ReadonlySet<GpuSample> {
    const { fresh } = this;
    this.fresh = new Set();
    return fresh;
  }

  /** Forgets everything. */
  clear(): void {
    this.probes.clear();
    this.fresh.clear();
  }
}

/** By identity, so that a tool that counts anew does not double its devices. */
function keyOf({ uuid, pciAddress, index }: GpuSample, seen: Set<string>): string {
  const key = uuid ?? pciAddress ?? String(index);
  const own = seen.has(key) ? `${key} ${index}` : key;
  seen.add(own);
  return own;
}

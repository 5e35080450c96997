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
      const key = knownKey(devices, sample, seen) ?? newKey(sample, seen);
      seen.add(key);
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

/** The key under which the device was told of before, if it was. */
function knownKey(
  devices: ReadonlyMap<string, Delivery>,
  sample: GpuSample,
  seen: ReadonlySet<string>,
): string | null {
  const same = [...devices].filter(([key, before]) => {
    return !seen.has(key) && isSame(before.sample, sample);
  });
  const exact = same.find(([, before]) => before.sample.index === sample.index);
  return (exact ?? same[0])?.[0] ?? null;
}

/** By identity, so that neither a tool that counts anew nor a round without it doubles its devices. */
function isSame(a: GpuSample, b: GpuSample): boolean {
  if (a.uuid !== null && b.uuid !== null) return a.uuid === b.uuid;
  if (a.pciAddress !== null && b.pciAddress !== null) return a.pciAddress === b.pciAddress;
  const isNamed = [a, b].some(({ uuid, pciAddress }) => uuid !== null || pciAddress !== null);
  return !isNamed && a.index === b.index;
}

function newKey({ uuid, pciAddress, index }: GpuSample, seen: ReadonlySet<string>): string {
  const key = uuid ?? pciAddress ?? String(index);
  return seen.has(key) ? `${key} ${index}` : key;
}

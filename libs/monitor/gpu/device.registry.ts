import { GpuSample } from '#lib/plugin-api';

/** The samples of one probe. */
export interface ProbeSamples {
  readonly probe: string;
  readonly priority: number;
  readonly samples: readonly GpuSample[];
}

/** A device with what all probes tell about it. */
export interface MergedGpu {
  readonly id: number;
  /** Names of the probes, the one with the highest priority first. */
  readonly sources: readonly string[];
  readonly sample: GpuSample;
}

interface Part {
  readonly probe: string;
  readonly sample: GpuSample;
  readonly keys: readonly string[];
}

/**
 * Joins the samples of several probes by PCI address or UUID and gives each device an id that stays the
 * same while the program runs: the tool's own index where it is free, else the lowest free number.
 */
export class DeviceRegistry {
  private readonly idByKey = new Map<string, number>();
  private readonly taken = new Set<number>();

  /**
   * One entry per device, in the order of ids. Where probes differ the higher priority wins. Devices of
   * which no sample `isWanted` are left out.
   */
  merge(
    probes: readonly ProbeSamples[],
    isWanted: (sample: GpuSample) => boolean = () => true,
  ): readonly MergedGpu[] {
    const ranked = probes.toSorted((a, b) => b.priority - a.priority);
    const devices: Part[][] = [];
    for (const { probe, samples } of ranked) {
      const shared = repeated(samples.flatMap((sample) => keysOf(probe, sample)));
      for (const sample of samples) {
        // Partitions of one device may share its address.
        const keys = keysOf(probe, sample).map((key) =>
          shared.has(key) ? `${key} ${probe}:${sample.index}` : key,
        );
        this.place(devices, { probe, sample, keys });
      }
    }
    return devices
      .filter((parts) => parts.some(({ sample }) => isWanted(sample)))
      .map((parts) => this.join(parts))
      .toSorted((a, b) => a.id - b.id);
  }

  private place(devices: Part[][], part: Part): void {
    const device = devices.find((parts) =>
      parts.some(
        ({ probe, keys }) => probe !== part.probe && keys.some((key) => part.keys.includes(key)),
      ),
    );
    if (device) device.push(part);
    else devices.push([part]);
  }

  private join(parts: readonly Part[]): MergedGpu {
    const keys = parts.flatMap((part) => part.keys);
    const [first, ...rest] = parts.map(({ sample }) => sample);
    const sample = rest.reduce((whole, other) => fill(whole, other), first!);
    return {
      id: this.idOf(keys, sample.index),
      sources: parts.map(({ probe }) => probe),
      sample,
    };
  }

  private idOf(keys: readonly string[], wanted: number): number {
    const known = keys.map((key) => this.idByKey.get(key)).find((id) => id !== undefined);
    const id = known ?? this.freeId(wanted);
    this.taken.add(id);
    for (const key of keys) this.idByKey.set(key, id);
    return id;
  }

  private freeId(wanted: number): number {
    if (!this.taken.has(wanted)) return wanted;
    let id = 0;
    while (this.taken.has(id)) id++;
    return id;
  }
}

/** What a device is recognised by; the probe's own index only where there is nothing better. */
function keysOf(probe: string, { pciAddress, uuid, index }: GpuSample): readonly string[] {
  const keys = [pciAddress && `pci:${pciAddress}`, uuid && `uuid:${uuid}`].filter((key) => !!key);
  return keys.length > 0 ? (keys as string[]) : [`${probe}:${index}`];
}

function repeated(keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.filter((key, at) => keys.indexOf(key) !== at));
}

/** The sample with its unknown fields taken from another one. */
function fill(sample: GpuSample, other: GpuSample): GpuSample {
  const known = Object.entries(sample).filter(([, value]) => value !== null && value !== undefined);
  const isKindKnown = sample.memoryKind !== 'unknown';
  return {
    ...other,
    ...(Object.fromEntries(known) as Partial<GpuSample>),
    memoryKind: isKindKnown ? sample.memoryKind : other.memoryKind,
    compatible: sample.compatible,
  };
}

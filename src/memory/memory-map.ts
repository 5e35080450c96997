import { ProcessTree } from '#lib/monitor';
import { DeviceBytes, ModelState, isResident } from '#lib/plugin-api';

/** Where the memory of a model on a device is known from. */
export type MemorySourceName =
  /** The driver names the processes that hold it. */
  | 'driver'
  /** The operating system counts it for the model's processes. */
  | 'system'
  /** It was measured at a load, by the rise of what was in use. */
  | 'learned'
  /** The configuration says so. */
  | 'configured';

/** One device with memory: a GPU, or the machine itself. */
export interface MemoryDevice {
  /** `gpu0`, or `system`. */
  readonly device: string;
  readonly name: string | null;
  readonly totalBytes: number | null;
  readonly usedBytes: number | null;
  /** Bytes per process id, where the driver tells. */
  readonly processes: ReadonlyMap<number, number> | null;
}

/** One model as the map needs it. */
export interface MemoryModel {
  readonly model: string;
  readonly state: ModelState;
  /** Its processes, null when it has none here. */
  readonly tree: ProcessTree | null;
  readonly learned: DeviceBytes | null;
  /** `*` is a need that names no device. */
  readonly configured: DeviceBytes | null;
}

/** What one model holds of one device. */
export interface MemoryShare {
  readonly model: string;
  readonly bytes: number;
  readonly source: MemorySourceName;
  /** Not measured now, but what was seen or said before. */
  readonly isEstimate: boolean;
}

/** One device with what each model holds of it; models, other and free make up the total. */
export interface DeviceShares extends Omit<MemoryDevice, 'processes'> {
  readonly freeBytes: number | null;
  /** Used by something else; null when it is not known what is used. */
  readonly otherBytes: number | null;
  readonly models: readonly MemoryShare[];
}

/** Name of the machine's own memory among the devices. */
export const SYSTEM_DEVICE = 'system';

/** Divides the memory of each device among the models that hold it. */
export function memoryMap(
  devices: readonly MemoryDevice[],
  models: readonly MemoryModel[],
): readonly DeviceShares[] {
  const resident = models.filter(({ state }) => isResident(state));
  const gpus = devices.filter(({ device }) => device !== SYSTEM_DEVICE).length;
  return devices.map(({ processes, ...device }) => {
    const found = resident.flatMap((model) => {
      const share =
        device.device === SYSTEM_DEVICE
          ? inSystem(model)
          : onGpu(model, { device: device.device, processes, isOnly: gpus === 1 });
      return share ?? [];
    });
    const { totalBytes, usedBytes } = device;
    const shares = withinUse(found, usedBytes);
    const held = sum(shares);
    return {
      ...device,
      freeBytes: totalBytes === null || usedBytes === null ? null : totalBytes - usedBytes,
      otherBytes: usedBytes === null ? null : Math.max(0, usedBytes - held),
      models: shares,
    };
  });
}

function inSystem({ model, tree }: MemoryModel): MemoryShare | null {
  if (tree === null) return null;
  const bytes = tree.ownBytes ?? tree.residentBytes;
  return bytes === null ? null : { model, bytes, source: 'system', isEstimate: false };
}

interface Gpu {
  readonly device: string;
  readonly processes: ReadonlyMap<number, number> | null;
  readonly isOnly: boolean;
}

function onGpu(model: MemoryModel, gpu: Gpu): MemoryShare | null {
  const held = model.tree?.pids.flatMap((pid) => gpu.processes?.get(pid) ?? []) ?? [];
  if (held.length > 0) {
    const bytes = held.reduce((all, one) => all + one, 0);
    return { model: model.model, bytes, source: 'driver', isEstimate: false };
  }
  const learned = model.learned?.[gpu.device];
  if (learned !== undefined) return estimate(model.model, learned, 'learned');
  const anywhere = gpu.isOnly ? model.configured?.['*'] : undefined;
  const configured = model.configured?.[gpu.device] ?? anywhere;
  return configured === undefined ? null : estimate(model.model, configured, 'configured');
}

function estimate(model: string, bytes: number, source: MemorySourceName): MemoryShare | null {
  return bytes > 0 ? { model, bytes, source, isEstimate: true } : null;
}

/** Estimates share what measured shares leave of what is in use; they are never more than that. */
function withinUse(
  shares: readonly MemoryShare[],
  usedBytes: number | null,
): readonly MemoryShare[] {
  if (usedBytes === null) return shares;
  const estimates = sum(shares.filter(({ isEstimate }) => isEstimate));
  const left = Math.max(0, usedBytes - sum(shares.filter(({ isEstimate }) => !isEstimate)));
  if (estimates <= left) return shares;
  return shares.map((share) =>
    share.isEstimate ? { ...share, bytes: Math.floor((share.bytes * left) / estimates) } : share,
  );
}

function sum(shares: readonly MemoryShare[]): number {
  return shares.reduce((all, { bytes }) => all + bytes, 0);
}

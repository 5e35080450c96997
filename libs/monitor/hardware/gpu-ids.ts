import { MergedGpu } from '../gpu/device.registry.js';
import { Accelerator, HardwareSnapshot } from './hardware-snapshot.interface.js';

/** An accelerator with the id that samples and metrics give it; null while it is not sampled. */
export interface NumberedAccelerator extends Accelerator {
  readonly gpu_id: number | null;
}

/** The machine with the ids of its GPUs. */
export interface NumberedSnapshot extends HardwareSnapshot {
  readonly accelerators: readonly NumberedAccelerator[];
}

/** The snapshot with the ids of the devices that are sampled now, found by address or UUID. */
export function withGpuIds(
  snapshot: HardwareSnapshot,
  gpus: readonly MergedGpu[],
): NumberedSnapshot {
  const accelerators = snapshot.accelerators.map((accelerator) => {
    const gpu = gpus.find(({ sample }) => isSame(accelerator, sample));
    return { ...accelerator, gpu_id: gpu?.id ?? null };
  });
  return { ...snapshot, accelerators };
}

function isSame(accelerator: Accelerator, sample: MergedGpu['sample']): boolean {
  const { pci_address: address, uuid } = accelerator;
  if (address !== null && sample.pciAddress !== null) return address === sample.pciAddress;
  return uuid !== null && uuid === sample.uuid;
}

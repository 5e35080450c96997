import { MergedGpu } from '#lib/monitor';
import { DeviceReading } from '#lib/router';

/** The memory of all GPUs as the router counts it; `gpu0` is the device that displays call 0. */
export function deviceReadings(gpus: readonly MergedGpu[]): DeviceReading[] {
  return gpus.map(({ id, sample: { memoryTotalBytes, memoryUsedBytes, processes } }) => {
    const amounts = { totalBytes: memoryTotalBytes, usedBytes: memoryUsedBytes };
    return { device: `gpu${id}`, ...amounts, processes };
  });
}

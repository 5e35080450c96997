import { formatRfc3339 } from '#lib/foundation';
import { DiskSpace, HostSample } from './host-sample.interface.js';
import { meanShare } from './proc-stat.js';

/** A system sample of the v1 API: exact bytes, null for unknown. */
export interface HostView {
  readonly timestamp: string;
  readonly cpu_util_pct: number | null;
  readonly cpu_util_per_core: readonly number[];
  readonly mem_total_bytes: number;
  readonly mem_used_bytes: number;
  readonly mem_available_bytes: number;
  readonly mem_free_bytes: number;
  readonly swap_total_bytes: number | null;
  readonly swap_used_bytes: number | null;
  readonly load_avg: readonly number[] | null;
  readonly network: HostSample['network'];
  readonly pressure: HostSample['pressure'];
  readonly disks: readonly DiskSpace[];
}

/** A sample as the v1 API shows it. */
export function hostView(sample: HostSample): HostView {
  const { memory } = sample;
  return {
    timestamp: formatRfc3339(sample.atMs),
    cpu_util_pct: meanShare(sample.cpuPercentPerCore),
    cpu_util_per_core: sample.cpuPercentPerCore,
    mem_total_bytes: memory.totalBytes,
    mem_used_bytes: memory.usedBytes,
    mem_available_bytes: memory.availableBytes,
    mem_free_bytes: memory.freeBytes,
    swap_total_bytes: memory.swapTotalBytes,
    swap_used_bytes: memory.swapUsedBytes,
    load_avg: sample.load,
    network: sample.network,
    pressure: sample.pressure,
    disks: sample.disks,
  };
}

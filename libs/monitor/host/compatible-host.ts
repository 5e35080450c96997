import { formatRfc3339 } from '#lib/foundation';
import { HostSample } from './host-sample.interface.js';

const BYTES_PER_MIB = 1024 * 1024;

/** A system sample of `GET /api/performance`: "MB" means whole MiB, 0 stands for unknown. */
export interface CompatibleHost {
  readonly timestamp: string;
  readonly cpu_util_per_core: readonly number[];
  readonly mem_total_mb: number;
  readonly mem_used_mb: number;
  readonly mem_free_mb: number;
  readonly swap_total_mb: number;
  readonly swap_used_mb: number;
  readonly load_avg_1: number;
  readonly load_avg_5: number;
  readonly load_avg_15: number;
  /** Null where the system tells none. */
  readonly net_io:
    | readonly { readonly name: string; readonly bytes_recv: number; readonly bytes_sent: number }[]
    | null;
}

/** A sample as the compatible API shows it. */
export function compatibleHost(sample: HostSample): CompatibleHost {
  const { memory, load, network } = sample;
  return {
    timestamp: formatRfc3339(sample.atMs),
    cpu_util_per_core: sample.cpuPercentPerCore,
    mem_total_mb: mebibytes(memory.totalBytes),
    mem_used_mb: mebibytes(memory.usedBytes),
    mem_free_mb: mebibytes(memory.freeBytes),
    swap_total_mb: mebibytes(memory.swapTotalBytes),
    swap_used_mb: mebibytes(memory.swapUsedBytes),
    load_avg_1: load?.[0] ?? 0,
    load_avg_5: load?.[1] ?? 0,
    load_avg_15: load?.[2] ?? 0,
    net_io:
      network?.map(({ name, receivedBytes, sentBytes }) => {
        return { name, bytes_recv: receivedBytes, bytes_sent: sentBytes };
      }) ?? null,
  };
}

function mebibytes(bytes: number | null): number {
  return Math.trunc((bytes ?? 0) / BYTES_PER_MIB);
}

import { formatBytes } from './format.js';

/** The part of `GET /api/v1/performance` that tells of memory. */
export interface MemoryAnswer {
  readonly system: readonly {
    readonly mem_total_bytes: number;
    readonly mem_available_bytes: number;
  }[];
  readonly latest: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly mem_used_bytes: number | null;
    readonly mem_total_bytes: number | null;
    readonly source: unknown;
    readonly stale: boolean;
  }[];
}

/** Memory of one device: what is used and what there is. */
export interface MemoryBar {
  readonly name: string;
  readonly usedBytes: number;
  readonly totalBytes: number;
  /** Where the figures come from. */
  readonly source: string;
}

/** One bar per GPU and one for the machine; devices that do not tell their memory have none. */
export function memoryBars({ system, latest }: MemoryAnswer): MemoryBar[] {
  const bars: MemoryBar[] = [];
  for (const [index, gpu] of latest.entries()) {
    const { mem_used_bytes: usedBytes, mem_total_bytes: totalBytes } = gpu;
    if (usedBytes === null || !totalBytes || gpu.stale) continue;
    const source = Array.isArray(gpu.source) ? gpu.source.join(', ') : String(gpu.source ?? '');
    bars.push({ name: gpu.name ?? `GPU ${index}`, usedBytes, totalBytes, source });
  }
  const host = system.at(-1);
  if (host) {
    const usedBytes = host.mem_total_bytes - host.mem_available_bytes;
    const source = 'operating system';
    bars.push({ name: 'System memory', usedBytes, totalBytes: host.mem_total_bytes, source });
  }
  return bars;
}

/** A bar in words. */
export function memoryText({ usedBytes, totalBytes }: MemoryBar): string {
  const free = formatBytes(totalBytes - usedBytes);
  return `${formatBytes(usedBytes)} of ${formatBytes(totalBytes)} used, ${free} free`;
}

import { formatRfc3339 } from '#lib/foundation';
import { GpuSample } from '#lib/plugin-api';
import { GpuReading } from './gpu-reading.interface.js';

const BYTES_PER_MIB = 1024 * 1024;

/** A GPU sample of `GET /api/performance`: 0 stands for unknown, "MB" means whole MiB. */
export interface CompatibleGpu {
  readonly timestamp: string;
  readonly id: number;
  readonly name: string;
  readonly uuid: string;
  readonly temp_c: number;
  readonly vram_temp_c: number;
  readonly gpu_util_pct: number;
  readonly mem_util_pct: number;
  readonly mem_used_mb: number;
  readonly mem_total_mb: number;
  readonly fan_speed_pct: number;
  readonly power_draw_w: number;
}

/** A reading as the compatible API shows it, or null for a device that it leaves out. */
export function compatibleGpu({ id, atMs, sample }: GpuReading): CompatibleGpu | null {
  const compatible = sample.compatible ?? {};
  if (compatible.isHidden) return null;
  const used = mebibytes(compatible.memoryUsedBytes ?? sample.memoryUsedBytes);
  const total = mebibytes(compatible.memoryTotalBytes ?? sample.memoryTotalBytes);
  return {
    timestamp: formatRfc3339(atMs),
    id,
    name: compatible.name ?? sample.name ?? '',
    uuid: compatible.uuid ?? sample.uuid ?? '',
    temp_c: Math.trunc(compatible.temperatureCelsius ?? sample.temperatureCelsius ?? 0),
    vram_temp_c: memoryTemperature(sample),
    gpu_util_pct: compatible.utilizationPercent ?? sample.utilizationPercent ?? 0,
    mem_util_pct: total > 0 ? (used / total) * 100 : 0,
    mem_used_mb: used,
    mem_total_mb: total,
    fan_speed_pct: compatible.fanPercent ?? sample.fanPercent ?? 0,
    power_draw_w: compatible.powerWatts ?? sample.powerWatts ?? 0,
  };
}

function memoryTemperature({ compatible, memoryTemperatureCelsius }: GpuSample): number {
  return Math.trunc(compatible?.memoryTemperatureCelsius ?? memoryTemperatureCelsius ?? 0);
}

function mebibytes(bytes: number | null): number {
  return Math.trunc((bytes ?? 0) / BYTES_PER_MIB);
}

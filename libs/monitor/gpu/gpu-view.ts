import { formatRfc3339 } from '#lib/foundation';
import { GpuInstance, GpuMemoryKind } from '#lib/plugin-api';
import { GpuReading } from './gpu-reading.interface.js';

const HERTZ_PER_MHZ = 1_000_000;

/** A GPU sample of the v1 API: null stands for unknown, values are exact. */
export interface GpuView {
  readonly timestamp: string;
  readonly id: number;
  readonly name: string | null;
  readonly uuid: string | null;
  readonly pci: string | null;
  readonly source: readonly string[];
  readonly temp_c: number | null;
  readonly temp_source: string | null;
  readonly vram_temp_c: number | null;
  readonly gpu_util_pct: number | null;
  readonly mem_util_pct: number | null;
  readonly mem_used_bytes: number | null;
  readonly mem_total_bytes: number | null;
  readonly mem_kind: GpuMemoryKind;
  readonly fan_speed_pct: number | null;
  readonly power_draw_w: number | null;
  readonly power_limit_w: number | null;
  readonly clock_mhz: number | null;
  readonly vram_clock_mhz: number | null;
  readonly mem_busy_pct: number | null;
  readonly pstate: string | null;
  readonly throttle_reasons: readonly string[] | null;
  readonly ecc_errors: number | null;
  readonly instances: readonly GpuInstance[] | null;
}

/** A reading as the v1 API shows it. */
export function gpuView({ id, atMs, sources, sample }: GpuReading): GpuView {
  return {
    timestamp: formatRfc3339(atMs),
    id,
    name: sample.name,
    uuid: sample.uuid,
    pci: sample.pciAddress,
    source: sources,
    temp_c: sample.temperatureCelsius,
    temp_source: sample.temperatureSource,
    vram_temp_c: sample.memoryTemperatureCelsius,
    gpu_util_pct: sample.utilizationPercent,
    mem_util_pct: sample.memoryUtilizationPercent,
    mem_used_bytes: sample.memoryUsedBytes,
    mem_total_bytes: sample.memoryTotalBytes,
    mem_kind: sample.memoryKind,
    fan_speed_pct: sample.fanPercent,
    power_draw_w: sample.powerWatts,
    power_limit_w: sample.powerLimitWatts,
    clock_mhz: megahertz(sample.clockHertz),
    vram_clock_mhz: megahertz(sample.memoryClockHertz),
    mem_busy_pct: sample.memoryBusyPercent,
    pstate: sample.performanceState,
    throttle_reasons: sample.throttleReasons,
    ecc_errors: sample.uncorrectedErrors,
    instances: sample.instances,
  };
}

function megahertz(hertz: number | null): number | null {
  return hertz === null ? null : hertz / HERTZ_PER_MHZ;
}

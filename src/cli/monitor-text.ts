import { CompatibleGpu, CompatibleHost } from '#lib/monitor';

/** A system sample for people to read. */
export function hostText(host: CompatibleHost, time: string): string {
  const cores = host.cpu_util_per_core.map((share) => `${share.toFixed(1)}%`).join('  ');
  const loads = [host.load_avg_1, host.load_avg_5, host.load_avg_15].map((load) => load.toFixed(2));
  return [
    `[SYS ${time}]`,
    `  CPU:  ${cores}`,
    `  Mem:  ${host.mem_used_mb} MB used / ${host.mem_total_mb} MB total (${host.mem_free_mb} MB free)`,
    `  Swap: ${host.swap_used_mb} MB used / ${host.swap_total_mb} MB total`,
    `  Load: ${loads.join('  ')}  (1m 5m 15m)`,
    '',
  ].join('\n');
}

/** A GPU sample for people to read. */
export function gpuText(gpu: CompatibleGpu): string {
  return [
    `[GPU ${gpu.id} ${gpu.name}]`,
    `  Util:  GPU ${oneDecimal(gpu.gpu_util_pct)}%  Mem ${oneDecimal(gpu.mem_util_pct)}%`,
    `  Mem:   ${gpu.mem_used_mb} MB used / ${gpu.mem_total_mb} MB total`,
    `  Temp:  ${gpu.temp_c}°C   Fan: ${oneDecimal(gpu.fan_speed_pct)}%   Power: ${oneDecimal(gpu.power_draw_w)} W`,
    '',
  ].join('\n');
}

function oneDecimal(value: number): string {
  return value.toFixed(1);
}

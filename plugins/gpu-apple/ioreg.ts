import { GpuSample, sharePercent, toolNumber, unknownGpu } from '#lib/plugin-api';

/** Arguments that list the GPU of an Apple machine. */
export const IOREG_ARGUMENTS = ['-r', '-c', 'IOGPU', '-d', '1', '-f'] as const;

/**
 * Reads `ioreg -r -c IOGPU -d 1 -f`. The GPU shares the machine's memory, whose size the caller knows.
 * Null when no device is listed.
 */
export function parseIoreg(output: string, memoryTotalBytes: number): GpuSample | null {
  if (!/\+-o |"gpu-core-count"|"Device Utilization %"/.test(output)) return null;
  const number = (pattern: RegExp): number | null => toolNumber(pattern.exec(output)?.[1]);
  const cores = number(/"gpu-core-count"\s*=\s*(\d+)/);
  const model = /"model"\s*=\s*"([^"]*)"/.exec(output)?.[1] ?? 'Apple GPU';
  const used = number(/"In use system memory"\s*=\s*(\d+)/);
  return {
    ...unknownGpu(0),
    vendor: 'Apple',
    name: appleName(model, cores),
    utilizationPercent: number(/"Device Utilization %"\s*=\s*(\d+)/),
    memoryUtilizationPercent: sharePercent(used, memoryTotalBytes),
    memoryUsedBytes: used,
    memoryTotalBytes,
    memoryKind: 'unified',
  };
}

/** `Apple M2 Max (38-core GPU)`. */
export function appleName(model: string, cores: number | null): string {
  return cores === null ? model : `${model} (${cores}-core GPU)`;
}

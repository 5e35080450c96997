import { GpuInventoryItem, GpuSample } from './gpu-probe.interface.js';

/** A sample about which nothing is known but the index; probes fill in what they can read. */
export function unknownGpu(index: number): GpuSample {
  return {
    index,
    uuid: null,
    pciAddress: null,
    name: null,
    vendor: null,
    driverVersion: null,
    temperatureCelsius: null,
    temperatureSource: null,
    memoryTemperatureCelsius: null,
    utilizationPercent: null,
    memoryUtilizationPercent: null,
    memoryUsedBytes: null,
    memoryTotalBytes: null,
    memoryKind: 'unknown',
    fanPercent: null,
    powerWatts: null,
    powerLimitWatts: null,
    clockHertz: null,
    memoryClockHertz: null,
    memoryBusyPercent: null,
    performanceState: null,
    throttleReasons: null,
    uncorrectedErrors: null,
    instances: null,
    processes: null,
  };
}

/** An accelerator about which nothing is known; probes fill in what they can read. */
export function unknownAccelerator(): GpuInventoryItem {
  return {
    kind: 'gpu',
    pciAddress: null,
    uuid: null,
    vendor: null,
    model: null,
    architecture: null,
    memoryKind: 'unknown',
    memoryBytes: null,
    driverName: null,
    driverVersion: null,
    powerLimitWatts: null,
    instances: [],
  };
}

/** Used share in percent, or null when a part is unknown or there is nothing to share. */
export function sharePercent(used: number | null, total: number | null): number | null {
  return used === null || total === null || total <= 0 ? null : (used / total) * 100;
}

const PCI = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/i;

/**
 * A PCI address in the one form in which addresses of all tools can be compared: domain of four
 * digits, lower case (`00000000:01:00.0` becomes `0000:01:00.0`). Null for anything else.
 */
export function pciAddressOf(text: string | null | undefined): string | null {
  const match = PCI.exec(text?.trim() ?? '');
  if (!match) return null;
  const domain = Number.parseInt(match[1] ?? '0', 16)
    .toString(16)
    .padStart(4, '0');
  return `${domain}:${match[2]}:${match[3]}.${match[4]}`.toLowerCase();
}

/** A number out of a text of a tool; null for `N/A`, words in brackets, blanks and everything else. */
export function toolNumber(text: string | null | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : null;
}

/** A text of a tool, or null when it only says that there is none. */
export function toolText(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' || /^(n\/a|unknown|none|\[.*\])$/i.test(trimmed) ? null : trimmed;
}

/** Bits of `clocks_event_reasons.active` (NVML API reference, "nvmlClocksEventReasons"). */
const REASONS: readonly (readonly [bit: bigint, name: string])[] = [
  [0x1n, 'gpu_idle'],
  [0x2n, 'applications_clocks_setting'],
  [0x4n, 'sw_power_cap'],
  [0x8n, 'hw_slowdown'],
  [0x10n, 'sync_boost'],
  [0x20n, 'sw_thermal_slowdown'],
  [0x40n, 'hw_thermal_slowdown'],
  [0x80n, 'hw_power_brake_slowdown'],
  [0x100n, 'display_clock_setting'],
];

/** Why the clocks are held down, out of the mask that nvidia-smi prints; null for anything else. */
export function throttleReasons(text: string | null): readonly string[] | null {
  if (text === null || !/^0x[0-9a-f]{1,16}$/i.test(text.trim())) return null;
  const mask = BigInt(text.trim());
  return REASONS.filter(([bit]) => (mask & bit) !== 0n).map(([, name]) => name);
}

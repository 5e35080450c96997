import { ANY_DEVICE, DeviceBytes, DeviceMemory } from '#lib/plugin-api';
import { MemorySettings } from './memory-settings.js';

/**
 * What models may use, in bytes. The need of a model is known per device, or as a sum that may lie
 * anywhere ({@link ANY_DEVICE}); the sum of all needs is held against the sum of all devices.
 */
export interface Room {
  readonly perDevice: ReadonlyMap<string, number>;
  /** Null when nothing is known about the machine. */
  readonly totalBytes: number | null;
}

/** The room there is, from measured devices and configured budgets; budgets win. */
export function roomOf(devices: readonly DeviceMemory[], settings: MemorySettings): Room {
  const { budget, reserveBytes } = settings;
  const perDevice = new Map<string, number>();
  for (const { device, totalBytes } of devices) perDevice.set(device, totalBytes - reserveBytes);
  for (const [device, bytes] of budget) if (device !== ANY_DEVICE) perDevice.set(device, bytes);
  const sum = [...perDevice.values()].reduce((left, right) => left + right, 0);
  return { perDevice, totalBytes: budget.get(ANY_DEVICE) ?? (perDevice.size > 0 ? sum : null) };
}

/**
 * Whether models with these needs fit together. Null as a need means unknown: together with others
 * it never fits, because nothing shows that it does.
 */
export function fits(needs: readonly (DeviceBytes | null)[], room: Room): boolean {
  if (needs.length < 2) return true;
  if (room.totalBytes === null) return false;
  const used = new Map<string, number>();
  let total = 0;
  for (const need of needs) {
    if (need === null) return false;
    for (const [device, bytes] of Object.entries(need)) {
      used.set(device, (used.get(device) ?? 0) + bytes);
      total += bytes;
    }
  }
  if (total > room.totalBytes) return false;
  return [...room.perDevice].every(([device, bytes]) => (used.get(device) ?? 0) <= bytes);
}

import { DeviceBytes } from '#lib/plugin-api';
import { DeviceReading } from './device-reading.interface.js';

/** Less than this is noise: contexts of the driver, another program's window. */
const LEAST_BYTES = 64 * 2 ** 20;

/**
 * Watches one load to learn what the model takes: the rise of the used memory of each device from its
 * lowest reading since the start. The lowest, because the driver may tell of released memory late.
 */
export class NeedWatch {
  private readonly lowest = new Map<string, number>();
  private readonly highest = new Map<string, number>();

  /** Takes the newest readings into account. */
  look(readings: readonly DeviceReading[]): void {
    for (const { device, usedBytes } of readings) {
      if (usedBytes === null) continue;
      const lowest = this.lowest.get(device);
      if (lowest === undefined || usedBytes < lowest) {
        this.lowest.set(device, usedBytes);
        this.highest.set(device, usedBytes);
      }
      this.highest.set(device, Math.max(usedBytes, this.highest.get(device) ?? 0));
    }
  }

  /** What the model has taken so far; null when nothing rose. */
  get need(): DeviceBytes | null {
    const rises = [...this.highest]
      .map(([device, bytes]) => [device, bytes - (this.lowest.get(device) ?? bytes)] as const)
      .filter(([, bytes]) => bytes >= LEAST_BYTES);
    return rises.length > 0 ? Object.fromEntries(rises) : null;
  }
}

import { DeviceBytes, DeviceMemory } from '#lib/plugin-api';

/** What planners may know about memory; measured outside the router. */
export interface MemorySource {
  /** Devices with their free memory. */
  devices(): readonly DeviceMemory[];
  /** Measured memory of a model per device; null when unknown. */
  of(model: string): DeviceBytes | null;
}

/** Injection token of the {@link MemorySource}; without one planners know configured needs only. */
export const MEMORY_SOURCE = Symbol.for('drover:memory-source');

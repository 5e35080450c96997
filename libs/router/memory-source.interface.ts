import { DeviceBytes, DeviceMemory } from '#lib/plugin-api';

/** What planners may know about memory; measured outside the router. */
export interface MemorySource {
  /** Devices with their free memory. */
  devices(): readonly DeviceMemory[];
  /** Measured memory of a model per device; null when unknown. */
  of(model: string): DeviceBytes | null;
  /**
   * Resolves when what a model needs is seen free before its load, or when waiting longer makes no
   * sense; bounded. Null, or absent: the load may begin at once.
   */
  room?(model: string, need: DeviceBytes | null): Promise<void> | null;
  /** Whether the server of a model, whose start has just failed, died of lack of memory. */
  diedOfMemory?(model: string): boolean;
  /** The model died of lack of memory although this was thought to suffice. */
  fellShort?(model: string, need: DeviceBytes | null): void;
}

/** Injection token of the {@link MemorySource}; without one planners know configured needs only. */
export const MEMORY_SOURCE = Symbol.for('drover:memory-source');

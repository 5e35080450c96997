import { CompatibleGpu, compatibleGpu } from './gpu/compatible-gpu.js';
import { CompatibleHost, compatibleHost } from './host/compatible-host.js';
import { SampleStore } from './sample.store.js';

/** The answer of `GET /api/performance`. */
export interface CompatiblePerformance {
  readonly enabled: boolean;
  readonly gpu_stats: readonly CompatibleGpu[];
  readonly sys_stats: readonly CompatibleHost[];
}

/** Everything sampled strictly later than `afterMs` (all when null), in the compatible form. */
export function compatiblePerformance(
  store: SampleStore,
  enabled: boolean,
  afterMs: number | null,
): CompatiblePerformance {
  return {
    enabled,
    gpu_stats: store
      .gpusAfter(afterMs)
      .flatMap(({ readings }) => readings.map(compatibleGpu))
      .filter((gpu) => gpu !== null),
    sys_stats: store.hostsAfter(afterMs).map(compatibleHost),
  };
}

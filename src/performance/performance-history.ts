import { formatRfc3339 } from '#lib/foundation';
import { HistoryPoint, Resolution, SampleStore, downSample, gpuView, hostView } from '#lib/monitor';

/** Decides which devices are wanted. */
export type IsWanted = (device: { readonly id: number }) => boolean;

/** Every sample that is known, of the last hour. */
export function everySample(
  samples: SampleStore,
  afterMs: number | null,
  isWanted: IsWanted,
): object {
  return {
    system: samples.hostsAfter(afterMs).map(hostView),
    gpus: samples.gpusAfter(afterMs).map(({ atMs, readings }) => ({
      timestamp: formatRfc3339(atMs),
      devices: readings.filter(isWanted).map(gpuView),
    })),
  };
}

/** What is wanted of a coarse history. */
export interface HistoryWish {
  readonly resolution: Resolution;
  readonly isWanted: IsWanted;
}

/** Means of steps, with the largest values beside them, over up to 24 hours. */
export function coarseHistory(
  samples: SampleStore,
  afterMs: number | null,
  { resolution, isWanted }: HistoryWish,
): object {
  const devices = [...samples.gpuHistory(afterMs)]
    .filter(([id]) => isWanted({ id }))
    .flatMap(([, points]) => downSample(points, resolution));
  const steps = Map.groupBy(devices, ({ atMs }) => atMs);
  return {
    system: downSample(samples.hostHistory(afterMs), resolution).map(viewOf),
    gpus: [...steps]
      .toSorted(([a], [b]) => a - b)
      .map(([atMs, points]) => ({
        timestamp: formatRfc3339(atMs),
        devices: points.map(viewOf),
      })),
  };
}

/** The means as a sample looks, with what makes them means. */
function viewOf<Shape extends object>({ atMs, samples, mean, max }: HistoryPoint<Shape>): object {
  return { ...mean, timestamp: formatRfc3339(atMs), samples, max };
}

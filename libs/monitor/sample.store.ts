import { GpuView, gpuView } from './gpu/gpu-view.js';
import { HistoryPoint } from './history/merged-view.js';
import { MinuteHistory } from './history/minute.history.js';
import { HostView, hostView } from './host/host-view.js';
import { SampleRing } from './ring/sample-ring.js';
import { GpuReading, GpuSnapshot } from './gpu/gpu-reading.interface.js';
import { HostReading, DiskSpace, HostSample } from './host/host-sample.interface.js';

const HISTORY_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Entries of a ring that holds one hour at the given period; at least one. */
export function ringCapacity(periodMs: number): number {
  return Math.max(1, Math.floor(HISTORY_MS / periodMs));
}

/**
 * The only owner of the samples: one hour of system samples and one hour of GPU snapshots. The stamps
 * within each ring strictly increase, so that a reader who sends back the last one misses nothing.
 */
export class SampleStore {
  private readonly hosts: SampleRing<HostSample>;
  private readonly gpus: SampleRing<GpuSnapshot>;
  private readonly hostMinutes = new MinuteHistory<HostView>();
  private readonly gpuMinutes = new Map<number, MinuteHistory<GpuView>>();

  constructor(periodMs: number) {
    this.hosts = new SampleRing(ringCapacity(periodMs));
    this.gpus = new SampleRing(ringCapacity(periodMs));
  }

  /** Adds a reading of the machine taken at `wallMs`. */
  addHost(reading: HostReading, disks: readonly DiskSpace[], wallMs: number): HostSample {
    const atMs = stamp(this.hosts.latest?.atMs, wallMs);
    const sample = { ...reading, disks, atMs };
    this.hosts.push(sample);
    this.hostMinutes.add(atMs, hostView(sample));
    return sample;
  }

  /** Adds a snapshot of all devices taken at `wallMs`. */
  addGpus(readings: readonly Omit<GpuReading, 'atMs'>[], wallMs: number): GpuSnapshot {
    const atMs = stamp(this.gpus.latest?.atMs, wallMs);
    const snapshot = { atMs, readings: readings.map((reading) => ({ ...reading, atMs })) };
    this.gpus.push(snapshot);
    for (const reading of snapshot.readings) this.minutesOf(reading.id).add(atMs, gpuView(reading));
    return snapshot;
  }

  /** The machine over 24 hours: by minutes, and sample by sample where that is still known. */
  hostHistory(afterMs: number | null): readonly HistoryPoint<HostView>[] {
    const fine = this.hosts.last().map((sample) => pointOf(sample.atMs, hostView(sample)));
    return joined(this.hostMinutes.points(), fine, afterMs);
  }

  /** Each device over 24 hours likewise, by id. */
  gpuHistory(afterMs: number | null): ReadonlyMap<number, readonly HistoryPoint<GpuView>[]> {
    const histories = [...this.gpuMinutes].map(([id, minutes]) => {
      const fine = this.gpus.last().flatMap(({ atMs, readings }) => {
        const reading = readings.find((one) => one.id === id);
        return reading ? [pointOf(atMs, gpuView(reading))] : [];
      });
      return [id, joined(minutes.points(), fine, afterMs)] as const;
    });
    return new Map(histories.filter(([, points]) => points.length > 0));
  }

  /** System samples strictly later than `afterMs` (all when null), oldest first. */
  hostsAfter(afterMs: number | null): readonly HostSample[] {
    return this.hosts.last().filter(({ atMs }) => afterMs === null || atMs > afterMs);
  }

  /** GPU snapshots strictly later than `afterMs` (all when null), oldest first. */
  gpusAfter(afterMs: number | null): readonly GpuSnapshot[] {
    return this.gpus.last().filter(({ atMs }) => afterMs === null || atMs > afterMs);
  }

  /** The newest system sample, or null. */
  get latestHost(): HostSample | null {
    return this.hosts.latest;
  }

  /** The newest reading of each device in the ring, by id. */
  latestGpus(): readonly GpuReading[] {
    const newest = new Map<number, GpuReading>();
    for (const { readings } of this.gpus.last()) {
      for (const reading of readings) newest.set(reading.id, reading);
    }
    return [...newest.values()].toSorted((a, b) => a.id - b.id);
  }

  private minutesOf(id: number): MinuteHistory<GpuView> {
    const minutes = this.gpuMinutes.get(id) ?? new MinuteHistory<GpuView>();
    this.gpuMinutes.set(id, minutes);
    return minutes;
  }

  /** Another period: the samples that still fit stay. */
  resize(periodMs: number): void {
    this.hosts.resize(ringCapacity(periodMs));
    this.gpus.resize(ringCapacity(periodMs));
  }
}

function pointOf<Shape>(atMs: number, view: Shape): HistoryPoint<Shape> {
  return { atMs, samples: 1, mean: view, max: view };
}

/** Minutes up to where single samples begin, then these. */
function joined<Shape extends object>(
  minutes: readonly HistoryPoint<Shape>[],
  fine: readonly HistoryPoint<Shape>[],
  afterMs: number | null,
): readonly HistoryPoint<Shape>[] {
  const fromMs = fine[0]?.atMs ?? Number.POSITIVE_INFINITY;
  const before = minutes.filter(({ atMs }) => atMs + MINUTE_MS <= fromMs);
  return [...before, ...fine].filter(({ atMs }) => afterMs === null || atMs > afterMs);
}

function stamp(lastMs: number | undefined, wallMs: number): number {
  return lastMs !== undefined && wallMs <= lastMs ? lastMs + 1 : wallMs;
}

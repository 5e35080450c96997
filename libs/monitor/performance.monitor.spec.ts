import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { GpuProbePlugin, GpuSample, GpuSampleSink, unknownGpu } from '#lib/plugin-api';
import { FakeProbeWorld } from '#lib/plugin-api/testing';
import { HostReading } from './host/host-sample.interface.js';
import { PerformanceMonitor } from './performance.monitor.js';

const READING: HostReading = {
  cpuPercentPerCore: [1],
  memory: {
    totalBytes: 4,
    usedBytes: 3,
    freeBytes: 1,
    availableBytes: 1,
    swapTotalBytes: null,
    swapUsedBytes: null,
  },
  load: null,
  network: null,
  pressure: null,
};

class ManualProbe implements GpuProbePlugin {
  sink: GpuSampleSink | null = null;
  periods: number[] = [];
  stops = 0;

  constructor(readonly priority: number) {}

  async detect(): Promise<boolean> {
    return true;
  }

  start({ periodMs }: { periodMs: number }, sink: GpuSampleSink) {
    this.sink = sink;
    this.periods.push(periodMs);
    return {
      stop: async () => {
        this.stops++;
      },
    };
  }
}

function setup() {
  const clock = new VirtualClock(1_000_000);
  const probes = [new ManualProbe(1), new ManualProbe(2)];
  const logs: string[] = [];
  let failure: Error | null = null;
  let isDiskHanging = false;
  let cancel: (() => void) | null = null;
  const monitor = new PerformanceMonitor({
    clock,
    ticker: {
      start: (periodMs, tick) => (cancel = clock.every(periodMs, tick)),
      stop: () => cancel?.(),
    },
    host: {
      read: async () => {
        if (failure) throw failure;
        return READING;
      },
    },
    probes: probes.map((probe, index) => ({ name: `p${index}`, probe })),
    context: (periodMs) => new FakeProbeWorld().context({ periodMs }),
    disks: async () => await (isDiskHanging ? new Promise<never>(() => {}) : []),
    log: (message) => logs.push(message),
  });
  const fail = (error: Error | null): void => {
    failure = error;
  };
  const hangDisk = (): void => {
    isDiskHanging = true;
  };
  return { clock, probes, logs, monitor, fail, hangDisk };
}

const ON = { isEnabled: true, periodMs: 5000 };
const OFF = { isEnabled: false, periodMs: 5000 };

function named(name: string, index = 0): GpuSample {
  return { ...unknownGpu(index), uuid: name };
}

describe('PerformanceMonitor', () => {
  it('samples the machine after a second look, and then at the interval', async () => {
    const { clock, monitor } = setup();
    await monitor.configure(ON);
    await clock.advanceAsync(10_000);
    expect(monitor.samples.hostsAfter(null).map(({ atMs }) => atMs)).toEqual([
      1_000_250, 1_005_000, 1_010_000,
    ]);
    await monitor.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('puts what several probes deliver into one snapshot per tick', async () => {
    const { clock, monitor, probes } = setup();
    await monitor.configure(ON);
    await clock.advanceAsync(0);
    for (const [index, probe] of probes.entries()) probe.sink!.samples([named(`g${index}`)]);
    await clock.advanceAsync(0);
    const snapshots = monitor.samples.gpusAfter(null);
    expect(snapshots.map(({ readings }) => readings.map(({ id }) => id))).toEqual([[0, 1]]);
    await monitor.close();
  });

  it('makes no snapshot out of what it has shown before', async () => {
    const { clock, monitor, probes } = setup();
    await monitor.configure(ON);
    await clock.advanceAsync(0);
    probes[0]!.sink!.samples([named('g')]);
    await clock.advanceAsync(20_000);
    expect(monitor.samples.gpusAfter(null)).toHaveLength(1);
    await monitor.close();
  });

  it('lets a device expire that has not been read for three intervals', async () => {
    const { clock, monitor, probes } = setup();
    await monitor.configure(ON);
    await clock.advanceAsync(0);
    probes[0]!.sink!.samples([named('g')]);
    await clock.advanceAsync(15_000);
    expect(monitor.currentGpus()).toHaveLength(1);
    await clock.advanceAsync(1);
    expect(monitor.currentGpus()).toEqual([]);
    expect(monitor.samples.latestGpus()).toHaveLength(1);
    await monitor.close();
  });

  it('keeps a device that one round has left out, but repeats nothing in the history', async () => {
    const { clock, monitor, probes } = setup();
    await monitor.configure(ON);
    await clock.advanceAsync(0);
    probes[0]!.sink!.samples([named('a', 0), named('b', 1)]);
    await clock.advanceAsync(5000);
    probes[0]!.sink!.samples([named('a', 0)]);
    await clock.advanceAsync(5000);
    expect(monitor.currentGpus().map(({ sample }) => sample.uuid)).toEqual(['a', 'b']);
    const ids = monitor.samples.gpusAfter(null).map(({ readings }) => readings.map(({ id }) => id));
    expect(ids).toEqual([[0, 1], [0]]);
    await clock.advanceAsync(5001);
    expect(monitor.currentGpus().map(({ sample }) => sample.uuid)).toEqual(['a']);
    await monitor.close();
  });

  it('is switched off and on while it runs, and keeps its samples', async () => {
    const { clock, monitor, probes } = setup();
    await monitor.configure(OFF);
    await clock.advanceAsync(10_000);
    expect([monitor.isEnabled, monitor.hasStarted]).toEqual([false, false]);
    await monitor.configure(ON);
    await clock.advanceAsync(5000);
    await monitor.configure(OFF);
    await clock.advanceAsync(60_000);
    expect(monitor.samples.hostsAfter(null)).toHaveLength(2);
    expect(probes.map(({ stops }) => stops)).toEqual([1, 1]);
    await monitor.configure(ON);
    await clock.advanceAsync(250);
    expect(monitor.samples.hostsAfter(null)).toHaveLength(3);
    await monitor.close();
  });

  it('takes equal settings for no change, and another interval over at once', async () => {
    const { clock, monitor, probes } = setup();
    await monitor.configure(ON);
    await clock.advanceAsync(250);
    await monitor.configure({ ...ON });
    expect(probes[0]!.periods).toEqual([5000]);
    await monitor.configure({ isEnabled: true, periodMs: 30_000 });
    await clock.advanceAsync(60_000);
    expect(probes[0]!.periods).toEqual([5000, 30_000]);
    expect(monitor.samples.hostsAfter(null)).toHaveLength(4);
    await monitor.close();
  });

  it('goes on, and ends, while a file system hangs', async () => {
    const { clock, monitor, hangDisk } = setup();
    hangDisk();
    await monitor.configure(ON);
    await clock.advanceAsync(11_000);
    expect(monitor.samples.hostsAfter(null)).toHaveLength(3);
    await monitor.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('skips a tick in which the machine cannot be read, and says so once', async () => {
    const { clock, monitor, logs, fail } = setup();
    fail(new Error('no /proc'));
    await monitor.configure(ON);
    await clock.advanceAsync(20_000);
    expect(monitor.samples.hostsAfter(null)).toEqual([]);
    expect(logs).toEqual(['the machine cannot be sampled: Error: no /proc']);
    fail(null);
    await clock.advanceAsync(5000);
    expect(monitor.samples.hostsAfter(null)).toHaveLength(1);
    await monitor.close();
  });
});

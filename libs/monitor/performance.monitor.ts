import { CancelTimer, Clock } from '#lib/foundation';
import { GpuProbeContext, GpuProbePlugin, GpuSample } from '#lib/plugin-api';
import { DeliveryBoard } from './gpu/delivery.board.js';
import { DeviceRegistry, MergedGpu } from './gpu/device.registry.js';
import { EnergyMeter, GpuEnergy } from './gpu/energy.meter.js';
import { GpuSnapshot } from './gpu/gpu-reading.interface.js';
import { plausibleSample } from './gpu/plausible-sample.js';
import { ProbeState } from './gpu/probe-state.interface.js';
import { ProbeSupervisor } from './gpu/probe.supervisor.js';
import { DiskWatch } from './host/disk.watch.js';
import { DiskSpace, HostSample, HostSampler } from './host/host-sample.interface.js';
import { SampleStore } from './sample.store.js';

/** Settings of the sampling. */
export interface SamplingSettings {
  readonly isEnabled: boolean;
  readonly periodMs: number;
}

/** Calls a function at an interval. */
export interface SamplingTicker {
  /** Begins to call `tick`, first after one period; a running interval is replaced. */
  start(periodMs: number, tick: () => void): void;
  stop(): void;
}

/** A probe with the name under which it was registered. */
export interface NamedProbe {
  readonly name: string;
  readonly probe: GpuProbePlugin;
}

/** What the monitor needs from around it. */
export interface PerformanceMonitorPorts {
  readonly clock: Clock;
  readonly ticker: SamplingTicker;
  readonly host: HostSampler;
  readonly probes: readonly NamedProbe[];
  /** The world of the probes at a period. */
  readonly context: (periodMs: number) => GpuProbeContext;
  readonly disks: () => Promise<readonly DiskSpace[]>;
  readonly log: (message: string) => void;
  readonly onHost?: (sample: HostSample) => void;
  readonly onGpus?: (snapshot: GpuSnapshot) => void;
}

/** CPU shares need two looks at the counters: the first sample comes this long after the first look. */
const FIRST_LOOK_MS = 250;
/** A device that has not been read for this many intervals is stale. */
const STALE_PERIODS = 3;

/**
 * Samples the machine and its GPUs at the configured interval, keeps one hour of it and takes new settings
 * while it runs: history stays, sampling can be switched off and on.
 */
export class PerformanceMonitor {
  private readonly store: SampleStore;
  private readonly registry = new DeviceRegistry();
  private readonly disks: DiskWatch;
  private readonly meter = new EnergyMeter();
  private readonly deliveries = new DeliveryBoard();
  private supervisors: readonly ProbeSupervisor[] = [];
  private settings: SamplingSettings | null = null;
  private cancelTimer: CancelTimer = () => {};
  private cancelFirst: CancelTimer = () => {};
  private reading: Promise<void> = Promise.resolve();
  private hasFailed = false;

  constructor(private readonly ports: PerformanceMonitorPorts) {
    this.store = new SampleStore(5000);
    this.disks = new DiskWatch(() => ports.disks(), ports.clock);
  }

  /** Whether sampling is on. */
  get isEnabled(): boolean {
    return this.settings?.isEnabled ?? false;
  }

  /** Whether sampling has ever been on. */
  get hasStarted(): boolean {
    return this.store.latestHost !== null || this.isEnabled;
  }

  /** The samples. */
  get samples(): SampleStore {
    return this.store;
  }

  /** Takes settings over; equal ones change nothing. Samples that still fit are kept. */
  async configure(settings: SamplingSettings): Promise<void> {
    const { settings: before } = this;
    const isSame =
      before?.isEnabled === settings.isEnabled && before.periodMs === settings.periodMs;
    if (isSame) return;
    this.settings = settings;
    const { supervisors } = this;
    this.supervisors = [];
    this.ports.ticker.stop();
    this.cancelFirst();
    this.store.resize(settings.periodMs);
    this.deliveries.clear();
    if (settings.isEnabled) this.begin(settings.periodMs);
    await Promise.all(supervisors.map((supervisor) => supervisor.stop()));
  }

  /** Ends all sampling. */
  async close(): Promise<void> {
    await this.configure({ isEnabled: false, periodMs: this.settings?.periodMs ?? 5000 });
    this.cancelTimer();
    await this.reading;
  }

  /** How each probe is doing. */
  probes(): readonly ProbeState[] {
    return this.supervisors.map((supervisor) => supervisor.snapshot());
  }

  /** Energy of each device since sampling began. */
  energy(): readonly GpuEnergy[] {
    return this.meter.all();
  }

  /** What is known about each device now; devices not read for three intervals are left out. */
  currentGpus(): readonly MergedGpu[] {
    return this.merge();
  }

  private begin(periodMs: number): void {
    const context = this.ports.context(periodMs);
    this.supervisors = this.ports.probes.map(({ name, probe }) => {
      return new ProbeSupervisor(name, probe, {
        clock: this.ports.clock,
        context,
        log: this.ports.log,
        onSamples: (samples, isFirst) => this.deliver(name, samples, isFirst),
      });
    });
    this.ports.ticker.start(periodMs, () => this.tick());
    void this.ports.host.read().catch(() => undefined);
    this.cancelFirst = this.ports.clock.after(FIRST_LOOK_MS, () => this.tick());
  }

  private tick(): void {
    this.reading = this.readHost();
    this.takeGpus();
  }

  private async readHost(): Promise<void> {
    try {
      const reading = await this.ports.host.read();
      const disks = await this.disks.read();
      const sample = this.store.addHost(reading, disks, this.ports.clock.wallMs());
      this.hasFailed = false;
      this.ports.onHost?.(sample);
    } catch (error) {
      if (!this.hasFailed) this.ports.log(`the machine cannot be sampled: ${String(error)}`);
      this.hasFailed = true;
    }
  }

  private deliver(probe: string, samples: readonly GpuSample[], isFirst: boolean): void {
    this.deliveries.take(probe, samples.map(plausibleSample), this.ports.clock.nowMs());
    // The first sample is shown at once, with those that other probes deliver in the same moment.
    if (!isFirst) return;
    this.cancelTimer();
    this.cancelTimer = this.ports.clock.after(0, () => this.takeGpus());
  }

  /** One snapshot of the devices of which something new has been delivered. */
  private takeGpus(): void {
    const fresh = this.deliveries.takeFresh();
    const merged = fresh.size > 0 ? this.merge((sample) => fresh.has(sample)) : [];
    if (merged.length === 0) return;
    const snapshot = this.store.addGpus(merged, this.ports.clock.wallMs());
    this.meter.add(snapshot, STALE_PERIODS * (this.settings?.periodMs ?? 0));
    this.ports.onGpus?.(snapshot);
  }

  private merge(isWanted?: (sample: GpuSample) => boolean): readonly MergedGpu[] {
    if (!this.settings?.isEnabled) return [];
    const sinceMs = this.ports.clock.nowMs() - STALE_PERIODS * this.settings.periodMs;
    const probes = this.supervisors.map(({ name, priority }) => {
      return { probe: name, priority, samples: this.deliveries.samples(name, sinceMs) };
    });
    return this.registry.merge(probes, isWanted);
  }
}

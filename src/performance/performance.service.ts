import { totalmem } from 'node:os';
import {
  Inject,
  Injectable,
  Logger,
  OnApplicationBootstrap,
  OnModuleDestroy,
} from '@nestjs/common';
import { ConfigStore, DroverConfig } from '#lib/config';
import { CLOCK, type Clock } from '#lib/foundation';
import {
  HOST_SAMPLER,
  HostSample,
  type HostSampler,
  NamedProbe,
  PerformanceMonitor,
  SystemProbeWorld,
} from '#lib/monitor';
import { GpuProbeContext } from '#lib/plugin-api';
import { PluginRegistry } from '#lib/plugin-host';
import { OrphanGuard } from '#lib/process';
import { diskSpaces, modelFolders } from './model-disks.js';
import { guardedTools } from './guarded-tools.js';
import { ScheduleTicker } from './schedule.ticker.js';

/** Runs the sampling as the configuration says, and follows it when it changes. */
@Injectable()
export class PerformanceService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('monitor');
  private readonly world: SystemProbeWorld;
  private unsubscribe: (() => void) | null = null;
  private sampling: PerformanceMonitor | null = null;
  private readonly listeners = new Set<(sample: HostSample) => void>();

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly plugins: PluginRegistry,
    private readonly ticker: ScheduleTicker,
    @Inject(HOST_SAMPLER) private readonly host: HostSampler,
    @Inject(CLOCK) private readonly clock: Clock,
    guard: OrphanGuard,
  ) {
    const { env, platform } = process;
    this.world = new SystemProbeWorld(clock, env, platform, guardedTools(guard));
  }

  /** The probes that are installed, by name. */
  get probes(): readonly NamedProbe[] {
    return [...this.plugins.all('gpu-probe')].map(([name, probe]) => ({ name, probe }));
  }

  /** The monitor; made at the first question, when all plugins are there. */
  get monitor(): PerformanceMonitor {
    this.sampling ??= new PerformanceMonitor({
      clock: this.clock,
      ticker: this.ticker,
      host: this.host,
      probes: this.probes,
      context: (periodMs) => this.context(periodMs),
      disks: () => diskSpaces(modelFolders(this.config.current, process.platform)),
      log: (message) => this.log.log(message),
      onHost: (sample) => {
        for (const listener of this.listeners) listener(sample);
      },
    });
    return this.sampling;
  }

  /** The world of the probes. */
  context(periodMs: number): GpuProbeContext {
    const { env, platform } = process;
    return { periodMs, platform, env, memoryTotalBytes: totalmem(), world: this.world };
  }

  /** Calls `listener` with each sample of the machine from now on; the result ends that. */
  onSample(listener: (sample: HostSample) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onApplicationBootstrap(): void {
    this.apply(this.config.current);
    this.unsubscribe = this.config.onChange(({ current }) => this.apply(current));
  }

  async onModuleDestroy(): Promise<void> {
    this.unsubscribe?.();
    await this.sampling?.close();
    // A probe that is given up while it looks for its tool does not wait for the tool's end.
    await this.world.close();
  }

  private apply({ performanceDisabled, performanceEveryMs }: DroverConfig): void {
    void this.monitor.configure({
      isEnabled: !performanceDisabled,
      periodMs: performanceEveryMs,
    });
  }
}

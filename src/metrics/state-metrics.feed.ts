import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import {
  CompatibleState,
  SampledFamily,
  compatibleFamilies,
  deviceFamilies,
  modelFamilies,
  peerFamilies,
} from '#lib/metrics';
import { compatibleGpu, compatibleHost } from '#lib/monitor';
import { PerformanceService } from '../performance/performance.service.js';
import { PeerHealth } from '../peers/peer.health.js';
import { PEER_STATES } from '../peers/peer-snapshot.interface.js';
import { MetricsRegistry } from './metrics.registry.js';
import { ModelViews } from './model-views.js';

/** Puts the present state of machine, devices and models on the metrics page. */
@Injectable()
export class StateMetricsFeed implements OnModuleInit, OnModuleDestroy {
  private readonly legacy: readonly SampledFamily[];
  private isLegacyShown = false;
  private unsubscribe: (() => void) | null = null;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly metrics: MetricsRegistry,
    private readonly performance: PerformanceService,
    private readonly views: ModelViews,
    private readonly peers: PeerHealth,
    private readonly config: ConfigStore,
  ) {
    this.legacy = compatibleFamilies(metrics.gathered.once(() => this.compatible()));
  }

  onModuleInit(): void {
    const { monitor } = this.performance;
    const { gathered } = this.metrics;
    const families = [
      ...deviceFamilies({
        host: () => (monitor.isEnabled ? monitor.samples.latestHost : null),
        gpus: gathered.once(() => monitor.currentGpus()),
        energy: () => monitor.energy(),
        probes: () => monitor.probes(),
      }),
      ...modelFamilies(gathered.once(() => this.views.all())),
      ...peerFamilies({ states: PEER_STATES, all: () => this.peers.all() }),
    ];
    this.showLegacy(this.config.current.metrics.legacy);
    for (const family of families) family.register(this.metrics.registry);
    this.unsubscribe = this.config.onChange(({ current }) => {
      this.showLegacy(current.metrics.legacy);
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe?.();
  }

  /** Puts the compatible families on the page, or takes them off it. */
  private showLegacy(isShown: boolean): void {
    if (isShown === this.isLegacyShown) return;
    this.isLegacyShown = isShown;
    const { registry } = this.metrics;
    for (const family of this.legacy) {
      if (isShown) family.register(registry);
      else registry.removeSingleMetric(family.name);
    }
  }

  private compatible(): CompatibleState {
    const { monitor } = this.performance;
    if (!monitor.isEnabled) return { host: null, gpus: [] };
    const { latestHost } = monitor.samples;
    const gpus = monitor
      .currentGpus()
      .map((gpu) => compatibleGpu({ ...gpu, atMs: 0 }))
      .filter((gpu) => gpu !== null);
    return { host: latestHost && compatibleHost(latestHost), gpus };
  }
}

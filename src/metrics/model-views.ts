import { Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { ModelView } from '#lib/metrics';
import { MergedGpu, ProcessTree } from '#lib/monitor';
import { RouterService } from '#lib/router';
import { ActivityService } from '../activity/activity.service.js';
import { ProcessUseService } from '../memory/process-use.service.js';
import { LlamaMetricsService } from '../monitoring/llama-metrics.service.js';
import { PerformanceService } from '../performance/performance.service.js';

/** Gathers what the metrics page shows about each model, from memory only. */
@Injectable()
export class ModelViews {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly router: RouterService,
    private readonly uses: ProcessUseService,
    private readonly activity: ActivityService,
    private readonly engines: LlamaMetricsService,
    private readonly performance: PerformanceService,
  ) {}

  /** Local models, then those of the peers. */
  all(): readonly ModelView[] {
    const { models } = this.router.snapshot();
    const gpus = this.performance.monitor.currentGpus();
    const local = models.map(({ model, state, waiting }) => ({
      ...use(this.uses.of(model), gpus),
      model,
      state,
      kind: 'local' as const,
      engine: this.engines.latest(model)?.engine ?? null,
      engineVersion: this.engines.engineVersion(model),
      startSeconds: seconds(this.engines.startedMs(model)),
      lastRequestSeconds: seconds(this.activity.traffic(model).lastRequestMs),
      waiting,
      sample: this.engines.latest(model),
      totals: this.engines.totals(model),
      pollErrors: this.engines.pollErrors(model),
    }));
    return [...local, ...this.peers()];
  }

  private peers(): readonly ModelView[] {
    const peers = [...this.config.current.peers.values()];
    const names = new Set(peers.flatMap((peer) => peer.models));
    return [...names].map((model) => ({
      model,
      state: '',
      kind: 'peer' as const,
      engine: null,
      engineVersion: null,
      startSeconds: null,
      lastRequestSeconds: seconds(this.activity.traffic(model).lastRequestMs),
      waiting: 0,
      sample: null,
      totals: null,
      pollErrors: new Map(),
      ...use(null, []),
    }));
  }
}

/** What the processes of a server use, of each GPU too whose driver tells. */
function use(
  tree: ProcessTree | null,
  gpus: readonly MergedGpu[],
): Pick<ModelView, 'residentBytes' | 'cpuSeconds' | 'gpuMemory'> {
  const gpuMemory = gpus.flatMap(({ id, sample }) => {
    const held = tree?.pids.flatMap((pid) => sample.processes?.get(pid) ?? []) ?? [];
    return held.length === 0 ? [] : [{ gpu: id, bytes: held.reduce((sum, one) => sum + one, 0) }];
  });
  const { residentBytes = null, cpuSeconds = null } = tree ?? {};
  return { residentBytes, cpuSeconds, gpuMemory };
}

function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000;
}

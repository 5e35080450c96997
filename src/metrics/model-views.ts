import { Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { ModelView } from '#lib/metrics';
import { MergedGpu } from '#lib/monitor';
import { ProcessService } from '#lib/process';
import { RouterService } from '#lib/router';
import { ActivityService } from '../activity/activity.service.js';
import { processFamily } from '../learning/process-family.js';
import { LlamaMetricsService } from '../monitoring/llama-metrics.service.js';
import { PerformanceService } from '../performance/performance.service.js';

/** Gathers what the metrics page shows about each model, from memory only. */
@Injectable()
export class ModelViews {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    private readonly router: RouterService,
    private readonly processes: ProcessService,
    private readonly activity: ActivityService,
    private readonly engines: LlamaMetricsService,
    private readonly performance: PerformanceService,
  ) {}

  /** Local models, then those of the peers. */
  all(): readonly ModelView[] {
    const { models } = this.router.snapshot();
    const gpus = this.performance.monitor.currentGpus();
    const local = models.map(({ model, state, waiting }) => ({
      model,
      state,
      kind: 'local' as const,
      engine: this.engines.latest(model)?.engine ?? null,
      engineVersion: null,
      startSeconds: seconds(this.engines.startedMs(model)),
      lastRequestSeconds: seconds(this.activity.board.of(model).lastRequestMs),
      waiting,
      sample: this.engines.latest(model),
      totals: this.engines.totals(model),
      pollErrors: this.engines.pollErrors(model),
      gpuMemory: gpuMemory(this.processId(model), gpus),
    }));
    return [...local, ...this.peers()];
  }

  private processId(model: string): number | null {
    const pid = this.processes.get(model)?.details['pid'];
    return typeof pid === 'number' ? pid : null;
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
      lastRequestSeconds: seconds(this.activity.board.of(model).lastRequestMs),
      waiting: 0,
      sample: null,
      totals: null,
      pollErrors: new Map(),
      gpuMemory: [],
    }));
  }
}

/** Memory of a server and its children on each GPU whose driver tells it. */
function gpuMemory(pid: number | null, gpus: readonly MergedGpu[]): ModelView['gpuMemory'] {
  const telling = gpus.filter(({ sample }) => sample.processes !== null);
  if (pid === null || telling.length === 0) return [];
  const family = processFamily(pid);
  return telling.flatMap(({ id, sample }) => {
    const held = family.flatMap((member) => sample.processes?.get(member) ?? []);
    return held.length === 0 ? [] : [{ gpu: id, bytes: held.reduce((sum, one) => sum + one, 0) }];
  });
}

function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000;
}

import { Injectable } from '@nestjs/common';
import { hostView } from '#lib/monitor';
import { ProcessService } from '#lib/process';
import { LoadProgressService } from '../loading/load-progress.service.js';
import { engineUpdateView } from '../monitoring/engine-update.view.js';
import { LlamaMetricsService } from '../monitoring/llama-metrics.service.js';
import { PerformanceService } from '../performance/performance.service.js';
import { LiveEventListener, LiveEventSource } from './live-event.js';

/** Samples of the engines and of the machine, and how far loads are. */
@Injectable()
export class FigureEventSource implements LiveEventSource {
  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly engines: LlamaMetricsService,
    private readonly processes: ProcessService,
    private readonly performance: PerformanceService,
    private readonly loads: LoadProgressService,
  ) {}

  listen(listener: LiveEventListener): () => void {
    const ends = [
      this.engines.onUpdate((update) => {
        const state = this.processes.get(update.model)?.state;
        listener('llama-metrics', engineUpdateView(update, state));
      }),
      this.performance.onSample((sample) => listener('perf', hostView(sample))),
      this.loads.onProgress((update) => listener('load-progress', update)),
    ];
    return () => ends.forEach((end) => end());
  }
}

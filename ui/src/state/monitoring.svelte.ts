import { api } from '../api/client.js';
import {
  type EngineSample,
  type EngineStatus,
  mergeSamples,
  MOST_SAMPLES,
} from '../logic/monitoring.js';

/** Samples that are asked for once the history is there. */
const NEWEST = 5;
const RUNNING = ['starting', 'ready', 'stopping'];

/** Live figures of the running models; looks once per second while it is shown. */
export class MonitoringFeed {
  status = $state.raw<EngineStatus | null>(null);
  samples = $state.raw<readonly EngineSample[]>([]);
  /** Failed looks in a row. */
  failures = $state(0);
  error = $state('');
  private shownModel: string | null = null;
  private running = false;

  readonly models = $derived(
    (this.status?.models ?? []).filter((model) => RUNNING.includes(model.state)),
  );

  /** Looks at the machine and at one of the models. */
  async look(wanted: string): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      this.status = await api<EngineStatus>('/api/v1/llama/status');
      const model = this.pick(wanted);
      if (model !== this.shownModel) this.samples = [];
      this.shownModel = model;
      if (model !== null) await this.fetch(model);
      this.failures = 0;
      this.error = '';
    } catch (error) {
      this.failures += 1;
      this.error = error instanceof Error ? error.message : String(error);
    }
    this.running = false;
  }

  /** The model that is shown when `wanted` is chosen: itself if it runs, else the first one. */
  pick(wanted: string): string | null {
    const found = this.models.find((model) => model.modelName === wanted);
    return found?.modelName ?? this.models[0]?.modelName ?? null;
  }

  private async fetch(model: string): Promise<void> {
    const limit = this.samples.length > 0 ? NEWEST : MOST_SAMPLES;
    const path = `/api/v1/llama/models/${encodeURIComponent(model)}/metrics?limit=${limit}`;
    const { history } = await api<{ history: readonly EngineSample[] }>(path);
    this.samples = mergeSamples(this.samples, history);
  }
}

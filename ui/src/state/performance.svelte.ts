import { ApiError, request } from '../api/client.js';
import { appendSamples, type GpuReading, type SystemSample } from '../logic/performance.js';

interface PerformanceAnswer {
  readonly enabled: boolean;
  readonly sys_stats: readonly SystemSample[] | null;
  readonly gpu_stats: readonly GpuReading[] | null;
}

/** What the Performance page shows: everything the server holds, then only what is new. */
export class PerformanceFeed {
  system = $state.raw<readonly SystemSample[]>([]);
  gpus = $state.raw<readonly GpuReading[]>([]);
  /** Null until the first answer. */
  enabled = $state<boolean | null>(null);
  loading = $state(false);
  error = $state('');

  async reload(): Promise<void> {
    this.system = [];
    this.gpus = [];
    await this.refresh();
  }

  async refresh(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    const after = this.system.at(-1)?.timestamp;
    const query = after ? `?after=${encodeURIComponent(after)}` : '';
    try {
      const response = await request(`/api/performance${query}`);
      const answer = (await response.json()) as PerformanceAnswer;
      this.enabled = answer.enabled;
      this.system = appendSamples(this.system, answer.sys_stats ?? []);
      this.gpus = appendSamples(this.gpus, answer.gpu_stats ?? []);
      this.error = '';
    } catch (error) {
      if (error instanceof ApiError && error.status === 503) this.enabled = false;
      else this.error = error instanceof Error ? error.message : String(error);
    }
    this.loading = false;
  }
}

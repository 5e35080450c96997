import { api, ApiError, request } from '../api/client.js';
import type { Performance } from '../api/types.js';
import {
  appendSamples,
  EVERY_SAMPLE_S,
  fromHistory,
  type GpuReading,
  type SystemSample,
} from '../logic/performance.js';

interface PerformanceAnswer {
  readonly enabled: boolean;
  readonly sys_stats: readonly SystemSample[] | null;
  readonly gpu_stats: readonly GpuReading[] | null;
}

/** Points of a long stretch. */
const MOST_POINTS = 500;

/** What the Performance page shows: everything the server holds, then only what is new. */
export class PerformanceFeed {
  system = $state.raw<readonly SystemSample[]>([]);
  gpus = $state.raw<readonly GpuReading[]>([]);
  /** Null until the first answer. */
  enabled = $state<boolean | null>(null);
  loading = $state(false);
  error = $state('');
  private windowSeconds = 0;

  /** Fetches anew what a window shows; `windowSeconds` is its length. */
  async reload(windowSeconds: number): Promise<void> {
    this.windowSeconds = windowSeconds;
    if (windowSeconds <= EVERY_SAMPLE_S) {
      // Means of a long stretch are no beginning of a short one.
      this.system = [];
      this.gpus = [];
    }
    await this.refresh();
  }

  async refresh(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    let seconds: number;
    do {
      seconds = this.windowSeconds;
      if (seconds > EVERY_SAMPLE_S) await this.fetchHistory(seconds);
      else await this.fetchSamples();
      // Whoever has chosen another window meanwhile wants to see that one.
    } while (seconds !== this.windowSeconds);
    this.loading = false;
  }

  /** Means over a long stretch, as many points as a chart can show. */
  private async fetchHistory(seconds: number): Promise<void> {
    const after = new Date(Date.now() - seconds * 1000).toISOString();
    const query = new URLSearchParams({ after, max_points: String(MOST_POINTS) });
    try {
      const answer = await api<Performance>(`/api/v1/performance?${query}`);
      this.enabled = answer.enabled;
      const { system, gpus } = fromHistory(answer);
      this.system = system;
      this.gpus = gpus;
      this.error = '';
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
    }
  }

  private async fetchSamples(): Promise<void> {
    try {
      const answer = await this.samplesSince(this.system.at(-1)?.timestamp ?? hourAgo());
      this.enabled = answer.enabled;
      this.system = appendSamples(this.system, answer.sys_stats ?? []);
      this.gpus = appendSamples(this.gpus, answer.gpu_stats ?? []);
      this.error = '';
    } catch (error) {
      if (error instanceof ApiError && error.status === 503) this.enabled = false;
      else this.error = error instanceof Error ? error.message : String(error);
    }
  }

  /** No more is fetched than is shown, unless this machine's clock and the server's disagree. */
  private async samplesSince(after: string): Promise<PerformanceAnswer> {
    const get = async (query: string): Promise<PerformanceAnswer> =>
      (await (await request(`/api/performance${query}`)).json()) as PerformanceAnswer;
    const answer = await get(`?after=${encodeURIComponent(after)}`);
    const isEmpty = this.system.length === 0 && !answer.sys_stats?.length;
    return answer.enabled && isEmpty ? get('') : answer;
  }
}

function hourAgo(): string {
  return new Date(Date.now() - EVERY_SAMPLE_S * 1000).toISOString();
}

import { api } from '../api/client.js';
import type { TimelineAnswer } from '../logic/timeline.js';

/** Windows on offer, seconds. */
export const WINDOWS_S = [300, 900, 3600, 21_600, 86_400];

/** Short windows follow closely; long ones change little and cost more. */
const CLOSE_WINDOW_S = 900;
const LONG_WINDOW_S = 3600;

/** A stretch of time, Unix milliseconds. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the timeline shows: the last stretch of time, live, or a stretch that was picked. */
export class TimelineFeed {
  answer = $state.raw<TimelineAnswer | null>(null);
  error = $state('');
  windowSeconds = $state(900);
  /** Null follows the present. */
  picked = $state.raw<Range | null>(null);
  private running = false;

  /** Pause between two looks, milliseconds; null when nothing will change. */
  get everyMs(): number | null {
    if (this.picked) return null;
    if (this.windowSeconds <= CLOSE_WINDOW_S) return 1000;
    return this.windowSeconds <= LONG_WINDOW_S ? 5000 : 15_000;
  }

  async refresh(): Promise<void> {
    if (this.running) return;
    this.running = true;
    const toMs = this.picked?.toMs ?? Date.now();
    const fromMs = this.picked?.fromMs ?? toMs - this.windowSeconds * 1000;
    const query = new URLSearchParams({
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
    });
    try {
      this.answer = await api<TimelineAnswer>(`/api/v1/timeline?${query}`);
      this.error = '';
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
    }
    this.running = false;
  }
}

import { api, modelPath, request } from '../api/client.js';
import { lastLines } from '../logic/failure-hint.js';
import type { SwapRecord } from '../logic/timeline.js';
import { live } from './live.svelte.js';

/** State changes come in groups; one look serves them all. */
const LOOK_AFTER_MS = 150;

/** How long the history of a log may take to arrive. */
const HISTORY_WITHIN_MS = 3000;

/** How past swaps went, newest first; looked up again after each change of a model's state. */
class LoadRecords {
  swaps = $state.raw<readonly SwapRecord[]>([]);
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Keeps the records current; call within an effect, which ends it. */
  follow(): () => void {
    void live.models;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), LOOK_AFTER_MS);
    return () => clearTimeout(this.timer);
  }

  private async refresh(): Promise<void> {
    try {
      this.swaps = (await api<{ swaps: SwapRecord[] }>('/api/v1/swaps')).swaps;
    } catch {
      // Estimates and failure cards stay as they were; the connection banner tells the rest.
    }
  }
}

export const loadRecords = new LoadRecords();

/** The last lines that a model's server has written; empty when there are none. */
export async function logTail(model: string, lines: number): Promise<string> {
  const abort = new AbortController();
  const init = { headers: { Accept: 'text/plain' }, signal: abort.signal };
  // A model that has written nothing answers with a stream that stays silent.
  const giveUp = setTimeout(() => abort.abort(), HISTORY_WITHIN_MS);
  try {
    const response = await request(`/logs/stream/${modelPath(model)}`, init);
    const reader = response.body!.getReader();
    const { value } = await reader.read();
    return lastLines(new TextDecoder().decode(value), lines);
  } catch {
    return '';
  } finally {
    clearTimeout(giveUp);
    // The stream goes on for ever; its history is all that is wanted.
    abort.abort();
  }
}

import { createSubscriber } from 'svelte/reactivity';
import { api } from '../api/client.js';

/**
 * A figure that Drover is asked for again and again, for as long as something on the page shows it and
 * the tab is in view.
 */
export class Poll<T> {
  /** Why the last look has failed; empty when it went well. */
  error = $state('');
  /** When the value came, by `performance.now()`. */
  receivedMs = 0;
  private latest = $state.raw<T | null>(null);
  private running = false;
  private again = false;
  private readonly subscribe: () => void;

  /**
   * @param path that is asked
   * @param everyMs pause between two looks
   * @param also read in an effect: what changes there is a reason for a look at once
   */
  constructor(
    private readonly path: () => string,
    everyMs: number,
    also: () => unknown = () => null,
  ) {
    this.subscribe = createSubscriber(() => {
      const stopFollowing = $effect.root(() => {
        $effect(() => {
          also();
          void this.look();
        });
      });
      const timer = setInterval(() => {
        if (document.visibilityState === 'visible') void this.look();
      }, everyMs);
      return () => {
        clearInterval(timer);
        stopFollowing();
      };
    });
  }

  /** The latest answer, null before the first one; reading it in an effect keeps it current. */
  get value(): T | null {
    if ($effect.tracking()) this.subscribe();
    return this.latest;
  }

  /** Looks now; looks that overlap become one follow-up. */
  async look(): Promise<void> {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    try {
      const value = await api<T>(this.path());
      this.receivedMs = performance.now();
      this.latest = value;
      this.error = '';
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
    }
    this.running = false;
    if (this.again) {
      this.again = false;
      await this.look();
    }
  }
}

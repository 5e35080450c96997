import { createSubscriber } from 'svelte/reactivity';

/** A clock that ticks once a second, and only while something on the page shows a time. */
class PageClock {
  private readonly subscribe = createSubscriber((update) => {
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  });

  /** `performance.now()`, read again every second. */
  get nowMs(): number {
    this.subscribe();
    return performance.now();
  }

  /** Unix milliseconds, read again every second. */
  get wallMs(): number {
    this.subscribe();
    return Date.now();
  }
}

export const pageClock = new PageClock();

import { CancelTimer, Clock } from '#lib/foundation';

/** Time between two looks at the configuration. */
export const WATCH_PERIOD_MS = 2000;

/** What a {@link ConfigWatcher} works with. */
export interface ConfigWatcherOptions {
  readonly clock: Clock;
  /**
   * Fingerprint of the configuration as it lies there now, links followed; null when it is gone,
   * which is no reason for anything. Rejections count as null.
   */
  readonly look: () => Promise<string | null>;
  /** Fingerprint of what was read last, successfully or not; null before the first time. */
  readonly lastRead: () => string | null;
  /** The content has changed and has stayed the same for one period. */
  readonly onChange: () => void;
}

/**
 * Looks at the configuration every two seconds and reports a content that differs from what was
 * read last, once it has settled. There are no notifications of the file system involved: they do
 * not work on bind mounts and network volumes.
 */
export class ConfigWatcher {
  private cancelTimer: CancelTimer | null = null;
  private isLooking = false;
  private unsettled: string | null = null;

  constructor(private readonly options: ConfigWatcherOptions) {}

  /** Begins to watch; the first look comes after one period. */
  start(): void {
    this.cancelTimer ??= this.options.clock.every(WATCH_PERIOD_MS, () => void this.poll());
  }

  /** Ends watching; a look that is under way reports nothing any more. */
  stop(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.unsettled = null;
  }

  private async poll(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    const found = await this.options.look().catch(() => null);
    this.isLooking = false;
    if (this.cancelTimer !== null) this.judge(found);
  }

  private judge(found: string | null): void {
    if (found === null || found === this.options.lastRead()) {
      this.unsettled = null;
    } else if (found === this.unsettled) {
      this.unsettled = null;
      this.options.onChange();
    } else this.unsettled = found;
  }
}

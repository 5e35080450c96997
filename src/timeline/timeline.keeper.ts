import { Inject, Injectable, Logger, OnModuleDestroy } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { CancelTimer, type Clock, CLOCK } from '#lib/foundation';
import { TimelineRecorder } from './timeline.recorder.js';
import { TimelineRow, TimelineStore } from './timeline.store.js';

const WRITE_EVERY_MS = 1000;
const PRUNE_EVERY_MS = 3_600_000;

/** How long things are kept, and how many at most. */
const KEPT_MS = 7 * 24 * 3_600_000;
const MOST_ROWS = 200_000;

/** What is kept when it cannot be written; older things are lost. */
const MOST_WAITING = 10_000;

/**
 * Keeps the timeline across restarts, in a file beside the activity store; without `store.path` nothing
 * is written. Writes behind, so that nobody waits for the disk.
 */
@Injectable()
export class TimelineKeeper implements OnModuleDestroy {
  private readonly log = new Logger('timeline');
  private readonly store: TimelineStore | null;
  private readonly ends: CancelTimer[] = [];
  private waiting: TimelineRow[] = [];
  private hasFailed = false;

  constructor(
    config: ConfigStore,
    private readonly recorder: TimelineRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    const { storePath } = config.current;
    this.store = storePath === null ? null : this.open(`${storePath}.timeline`);
    if (this.store) this.begin(this.store);
  }

  onModuleDestroy(): void {
    for (const end of this.ends) end();
    if (!this.store) return;
    this.write(this.store);
    this.store.close();
  }

  private open(path: string): TimelineStore | null {
    try {
      return new TimelineStore(path);
    } catch (error) {
      this.log.error(`cannot keep the timeline in ${path}: ${String(error)}`);
      return null;
    }
  }

  private begin(store: TimelineStore): void {
    this.prune(store);
    this.recorder.restore({
      state: (most) => store.newest('state', most),
      request: (most) => store.newest('request', most),
      swap: (most) => store.newest('swap', most),
      mark: (most) => store.newest('mark', most),
    });
    this.ends.push(
      this.recorder.listen((kind, entry) => void this.waiting.push({ kind, entry })),
      this.clock.every(WRITE_EVERY_MS, () => this.write(store)),
      this.clock.every(PRUNE_EVERY_MS, () => this.prune(store)),
    );
  }

  private write(store: TimelineStore): void {
    if (this.waiting.length === 0) return;
    try {
      store.add(this.waiting);
      this.waiting = [];
      this.hasFailed = false;
    } catch (error) {
      this.waiting = this.waiting.slice(-MOST_WAITING);
      if (!this.hasFailed) this.log.warn(`the timeline could not be written: ${String(error)}`);
      this.hasFailed = true;
    }
  }

  private prune(store: TimelineStore): void {
    try {
      store.prune(this.clock.wallMs() - KEPT_MS, MOST_ROWS);
    } catch (error) {
      this.log.warn(`old entries of the timeline could not be dropped: ${String(error)}`);
    }
  }
}

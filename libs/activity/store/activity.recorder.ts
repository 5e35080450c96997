import { CancelTimer, Clock } from '#lib/foundation';
import { ActivityEntry, DetailedActivity } from './activity-record.interface.js';
import { ActivityStore } from './activity.store.js';
import { UnreadRows } from './unread.rows.js';

/** Rows are written together after this time at the latest. */
const FLUSH_MS = 250;
/** … or as soon as this many wait. */
const FLUSH_ROWS = 100;
/** A log that cannot be written is tried again after a time that doubles up to this. */
const LONGEST_RETRY_MS = 5000;
/** Most rows that wait for a store that cannot be written; what exceeds it is lost and counted. */
const MAX_WAITING_ROWS = 10_000;
/** Most rows that wait for a reader where the log is kept in memory. */
const MAX_UNREAD_ROWS = 2000;

/** Told about each finished request. */
export type ActivityListener = (activity: DetailedActivity) => void;

/**
 * The only writer of the activity log. A request's end costs an id and an entry in a queue; the rows
 * are written in batches. A failed batch stays in the queue and is tried again. A log in memory is
 * written when somebody reads it: at a high rate nearly all of its rows are gone before that.
 */
export class ActivityRecorder {
  private readonly listeners = new Set<ActivityListener>();
  private waiting: DetailedActivity[] = [];
  /** Rows that the store would drop at once are not written to it; null where there are none such. */
  private unread: UnreadRows | null;
  private lastId: number;
  private cancelTimer: CancelTimer | null = null;
  private failures = 0;
  private lost = 0;
  private trouble: string | null = null;
  private retryMs = FLUSH_MS;

  constructor(
    private store: ActivityStore,
    private readonly clock: Clock,
    private readonly warn: (message: string) => void,
  ) {
    this.lastId = store.lastId();
    this.unread = unreadRows(store);
  }

  /** Batches that could not be written so far. */
  get writeErrors(): number {
    return this.failures;
  }

  /** Rows lost because the store could not be written for too long. */
  get lostRows(): number {
    return this.lost;
  }

  /** Why the log cannot be written at present; null when it can. */
  get problem(): string | null {
    return this.trouble;
  }

  /** Adds a finished request and returns its id. */
  record(entry: ActivityEntry): number {
    const activity: DetailedActivity = { id: ++this.lastId, entry };
    if (this.unread) this.unread.add(activity);
    else {
      this.waiting.push(activity);
      this.writeSoon();
    }
    for (const listener of this.listeners) listener(activity);
    return activity.id;
  }

  /** Calls `listener` for each request recorded from now on; the result ends that. */
  onRecord(listener: ActivityListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The store, with everything recorded so far in it (unless it cannot be written). */
  upToDate(): ActivityStore {
    this.flush();
    return this.store;
  }

  /** Writes what waits. */
  flush(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.takeUnread();
    if (this.waiting.length === 0) return;
    try {
      this.store.insert(this.waiting);
    } catch (error) {
      this.failed(error);
      return;
    }
    this.waiting = [];
    if (this.trouble === null) return;
    this.trouble = null;
    this.retryMs = FLUSH_MS;
    this.warn('the activity log can be written again; what waited is in it');
  }

  /** What could not be written waits, and is tried again. */
  private failed(error: unknown): void {
    this.failures++;
    this.cancelTimer = this.clock.after(this.retryMs, () => this.flush());
    this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
    if (this.trouble === null) {
      this.warn(
        `the activity log cannot be written: ${String(error)}; up to ${MAX_WAITING_ROWS} rows wait`,
      );
    }
    this.trouble = String(error);
  }

  private writeSoon(): void {
    if (this.waiting.length > MAX_WAITING_ROWS) {
      this.waiting.shift();
      this.lost++;
    }
    if (this.waiting.length === FLUSH_ROWS && this.trouble === null) this.flush();
    else this.cancelTimer ??= this.clock.after(FLUSH_MS, () => this.flush());
  }

  private takeUnread(): void {
    if (!this.unread || this.waiting.length >= MAX_WAITING_ROWS) return;
    this.waiting.push(...this.unread.list());
    this.unread.clear();
  }

  /** Goes on in another store; ids go on from its last one, nothing is copied. */
  reopen(store: ActivityStore): void {
    this.end();
    this.store = store;
    this.unread = unreadRows(store);
    this.lastId = store.lastId();
  }

  /**
   * Goes on in a store that could not be opened before. Its rows come first; those that were kept in
   * memory meanwhile follow, under new ids.
   */
  moveTo(store: ActivityStore): void {
    if (this.store.volatileRows === null) {
      this.reopen(store);
      return;
    }
    this.flush();
    const offset = store.lastId();
    store.adopt(this.store.content(), offset);
    this.store.close();
    this.store = store;
    this.unread = unreadRows(store);
    this.lastId += offset;
  }

  /** Writes what waits and closes the store. */
  close(): void {
    this.end();
  }

  private end(): void {
    this.flush();
    this.cancelTimer?.();
    this.cancelTimer = null;
    if (this.waiting.length > 0) {
      this.lost += this.waiting.length;
      this.warn(`${this.waiting.length} rows of the activity log are lost: ${this.trouble}`);
    }
    this.waiting = [];
    this.trouble = null;
    this.retryMs = FLUSH_MS;
    this.store.close();
  }
}

/** A larger log in memory is written a little at a time, so that its first reader does not wait for all of it. */
function unreadRows({ volatileRows }: ActivityStore): UnreadRows | null {
  if (volatileRows === null || volatileRows > MAX_UNREAD_ROWS) return null;
  return new UnreadRows(volatileRows);
}

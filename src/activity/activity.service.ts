import { Inject, Injectable, Logger, OnModuleDestroy } from '@nestjs/common';
import {
  ActivityEntry,
  ActivityRecorder,
  ActivityStore,
  AnswerEnd,
  ModelTraffic,
  RunningAnswer,
  TrafficBoard,
} from '#lib/activity';
import { ConfigStore, DroverConfig } from '#lib/config';
import { type CancelTimer, CLOCK, type Clock } from '#lib/foundation';
import { FinishedCalls } from '../calls/finished.calls.js';
import { FollowedCall } from '../calls/followed-call.interface.js';

/** Told of the requests for models. */
export interface TrafficListener {
  /** A request for a model that somebody serves has begun. */
  began(model: string, operation: string): void;
  /** That request has ended. */
  ended(model: string, operation: string): void;
  /** A request has ended and is in the log, whether anybody serves its model or not. */
  recorded(entry: ActivityEntry, call: FollowedCall): void;
}

/** A request with its end. */
export interface EndedAnswer {
  readonly answer: RunningAnswer;
  readonly end: AnswerEnd;
}

/** Rows kept in memory when the configured number is none. */
const DEFAULT_ROWS = 1000;

/** A file that could not be opened is tried again after this time, milliseconds. */
const REOPEN_MS = 30_000;

/** Owns the activity log and the traffic board; opens another log when the configuration says so. */
@Injectable()
export class ActivityService implements OnModuleDestroy {
  private readonly recorder: ActivityRecorder;
  private readonly board = new TrafficBoard();
  private readonly listeners: TrafficListener[] = [];
  private readonly logger = new Logger('activity');
  private readonly unsubscribe: () => void;
  private place: string;
  /** Why the file that is wanted cannot be opened; null when it is open, or none is wanted. */
  private openProblem: string | null = null;
  private cancelRetry: CancelTimer | null = null;

  constructor(
    private readonly config: ConfigStore,
    readonly finished: FinishedCalls,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.place = placeOf(config.current);
    const store = this.open(config.current) ?? new ActivityStore(memory(config.current));
    this.recorder = new ActivityRecorder(store, clock, (message) => this.logger.warn(message));
    this.unsubscribe = config.onChange(({ current }) => this.reopen(current));
  }

  onModuleDestroy(): void {
    this.unsubscribe();
    this.cancelRetry?.();
    this.finished.close();
    this.recorder.close();
  }

  /** Batches that could not be written so far. */
  get writeErrors(): number {
    return this.recorder.writeErrors;
  }

  /** Rows lost because the log could not be written for too long. */
  get lostRows(): number {
    return this.recorder.lostRows;
  }

  /** Why the log is not kept as configured at present; null when it is. */
  get problem(): string | null {
    return this.openProblem ?? this.recorder.problem;
  }

  /** The log, with everything that has ended so far in it (unless it cannot be written). */
  log(): ActivityStore {
    this.finished.settle();
    return this.recorder.upToDate();
  }

  /** The traffic of a model now. */
  traffic(model: string): ModelTraffic {
    this.finished.settle();
    return this.board.of(model);
  }

  /** Told of all requests from now on; the result ends that. */
  listen(listener: TrafficListener): () => void {
    this.listeners.push(listener);
    return () => void this.listeners.splice(this.listeners.indexOf(listener), 1);
  }

  /** A request for a model that somebody serves has begun. */
  began(model: string, operation: string, answer: RunningAnswer): void {
    this.board.begin(model, answer);
    for (const listener of this.listeners) listener.began(model, operation);
  }

  /** A request that had {@link began} has ended; to be told once. */
  ended(model: string, operation: string, { answer, end }: EndedAnswer): void {
    this.board.end(model, answer, end);
    for (const listener of this.listeners) listener.ended(model, operation);
  }

  /** Adds a finished request to the log and returns the id of its row. */
  record(entry: ActivityEntry, call: FollowedCall): number {
    const id = this.recorder.record(entry);
    for (const listener of this.listeners) listener.recorded(entry, call);
    return id;
  }

  private reopen(config: DroverConfig): void {
    const place = placeOf(config);
    if (place === this.place) return;
    this.cancelRetry?.();
    this.cancelRetry = null;
    const store = this.open(config);
    // The log goes on where it is until the new place can be used.
    if (!store) return;
    this.place = place;
    this.recorder.reopen(store);
  }

  /** A log that cannot be opened must not keep the models from being served: it is tried again. */
  private open(config: DroverConfig): ActivityStore | null {
    try {
      const store = new ActivityStore(config.storePath === null ? memory(config) : file(config));
      this.openProblem = null;
      return store;
    } catch (error) {
      if (this.openProblem === null) {
        const what = `cannot open store.path ${String(config.storePath)}: ${String(error)}`;
        this.logger.error(`${what}; the log is kept in memory until it can be opened`);
      }
      this.openProblem = String(error);
      this.cancelRetry = this.clock.after(REOPEN_MS, () => this.retry());
      return null;
    }
  }

  private retry(): void {
    const store = this.open(this.config.current);
    if (!store) return;
    this.cancelRetry = null;
    this.place = placeOf(this.config.current);
    this.recorder.moveTo(store);
    this.logger.warn('store.path could be opened; the rows kept in memory are in it');
  }
}

function file({ storePath, storeLimits }: DroverConfig) {
  const { maxRows, maxAgeMs, maxBytes } = storeLimits;
  return {
    path: storePath,
    maxRows: maxRows > 0 ? maxRows : null,
    maxAgeMs: maxAgeMs > 0 ? maxAgeMs : null,
    maxBytes: maxBytes > 0 ? maxBytes : null,
  };
}

function placeOf({ storePath, storeLimits, metricsMaxInMemory }: DroverConfig): string {
  if (storePath === null) return `memory of ${metricsMaxInMemory} rows`;
  return `${storePath} ${Object.values(storeLimits).join(' ')}`;
}

function memory({ metricsMaxInMemory }: DroverConfig) {
  return { path: null, maxRows: metricsMaxInMemory > 0 ? metricsMaxInMemory : DEFAULT_ROWS };
}

import { ModelState, ModelStatistics } from './model-state.js';
import { Plan } from './planner.interface.js';

/**
 * A scheduler decides in which order requests are served and when a swap begins.
 *
 * It is a synchronous state machine: the router calls it for each event, one at a time and in the
 * order of arrival, and it acts through {@link SchedulerEffects} before it returns. It never waits,
 * never reads a clock of its own and never touches a process.
 *
 * Life cycle:
 * 1. Nest constructs the {@link SchedulerPlugin} once.
 * 2. `createScheduler` makes the scheduler of one router; a reload calls `reconfigure` on it.
 * 3. Events: `request`, `cancel`, `swapDone`, `serveDone`, `processChanged`, `unload`, `unloadDone`.
 * 4. `shutdown` answers everybody who waits; afterwards only `request` (refused) and `serveDone` come.
 */
export interface SchedulerPlugin {
  createScheduler(config: SchedulerConfig, effects: SchedulerEffects): RequestScheduler;
  /**
   * Optional power: judges settings while a configuration is read, so that what is wrong is told
   * with file, line and key before anything changes.
   *
   * @throws PluginConfigError that lists every problem.
   */
  checkSettings?(settings: unknown): void;
}

/** What a scheduler is built from. */
export interface SchedulerConfig {
  /** Limits and priority of every local model. */
  readonly models: ReadonlyMap<string, SchedulerModel>;
  /** The scheduler's own section of the configuration, as written (plain YAML values). */
  readonly settings: unknown;
}

/** One model as a scheduler sees it. */
export interface SchedulerModel {
  /** Higher goes first in the queue; default 0. */
  readonly priority: number;
  /** Most requests forwarded at once; at least 1. */
  readonly concurrencyLimit: number;
  /**
   * Most requests waiting in the queue or for a load, beyond those for which the concurrency limit
   * has a free place: what comes when `concurrencyLimit + queueLimit` are admitted and not finished
   * is rejected. Null: the limit itself counts everything that is admitted and not finished, as the
   * reference does.
   */
  readonly queueLimit: number | null;
}

/** One request as a scheduler sees it. */
export interface ScheduledRequest {
  /** Unique within the router, increasing with arrival. */
  readonly id: number;
  /** Real model id. */
  readonly model: string;
  /** Arrival, monotonic milliseconds. */
  readonly arrivedMs: number;
}

/** Why a request is refused at arrival. */
export type Rejection = 'unknown-model' | 'limit';

/** Why a request that was admitted ends without a grant. */
export type Failure =
  | { readonly kind: 'start-failed'; readonly error: Error }
  | { readonly kind: 'unloaded' }
  | { readonly kind: 'shutting-down' };

/** Begins with `startSwap`: stop the evicted models, then make the target ready. */
export interface SwapOrder {
  /** Unique number, so that a late result is recognised. */
  readonly id: number;
  readonly target: string;
  readonly evict: readonly string[];
  /** Why the swap could not begin earlier; null or absent when nobody had to wait for its begin. */
  readonly waitReason?: WaitReason | null;
}

/**
 * Why requests wait in the queue: `busy`: these models must go and are busy or wanted; `leaving`:
 * these models have to be gone first; `loading`: their model is being loaded; `reserved`: what they
 * need is kept for these models, whose requests have waited too long; `hold`: evicting these models
 * is put off for a moment; `limit`: their model serves as many requests as it may.
 */
export interface WaitReason {
  readonly kind: 'busy' | 'leaving' | 'loading' | 'reserved' | 'hold' | 'limit';
  readonly models: readonly string[];
}

/** How a swap ended. */
export type SwapOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: Error;
      /** The target died of lack of memory: another attempt, with more evicted, may work. */
      readonly outOfMemory?: boolean;
    };

/** What a scheduler may ask for. Every call returns at once. */
export interface SchedulerEffects {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Runs `callback` as an event of the router's loop after `delayMs`; returns its cancellation. */
  after(delayMs: number, callback: () => void): () => void;
  /** Present state of one model's process. */
  state(model: string): ModelState;
  /** Models whose process is starting, ready or stopping, in byte order of ids. */
  resident(): readonly string[];
  /** Measured times of one model. */
  statistics(model: string): ModelStatistics;
  /** Asks the planner; `resident` in byte order of ids. */
  plan(target: string, resident: readonly string[]): Plan;
  /**
   * Begins a swap. The victims are stopped in parallel (a victim that is already being stopped is
   * waited for, not stopped twice), then the target is made ready; `swapDone` tells the end.
   */
  startSwap(order: SwapOrder, plan: Plan): void;
  /**
   * Gives a swap up: its target is not started, or its start is aborted. No `swapDone` follows.
   * Stops that have begun go on.
   */
  cancelSwap(swapId: number): void;
  /** Hands the request its model. False when the client has left: it then counts for nothing. */
  grant(request: ScheduledRequest): boolean;
  /** Refuses a request at arrival. */
  reject(request: ScheduledRequest, rejection: Rejection): void;
  /** Ends a request that was admitted. */
  fail(request: ScheduledRequest, failure: Failure): void;
  /**
   * Begins the oldest unload that {@link RequestScheduler.unload} put off: the processes are stopped
   * now, `unloadDone` follows as an event of its own.
   */
  resumeUnload(): void;
  /** 1-based queue positions, by request id, of everything in the queue. */
  queuePositions(positions: ReadonlyMap<number, number>): void;
}

/** The state machine of one router. */
export interface RequestScheduler {
  /** A request has arrived. */
  request(request: ScheduledRequest): void;
  /** The client left before a grant. */
  cancel(requestId: number): void;
  /** A swap has ended. */
  swapDone(swapId: number, outcome: SwapOutcome): void;
  /** A granted request has ended, in whatever way. */
  serveDone(request: ScheduledRequest): void;
  /** A process has changed its state. */
  processChanged(model: string, from: ModelState, to: ModelState): void;
  /**
   * An unload of these models begins: give up their swaps, fail their waiters. The router stops the
   * processes after this call and then calls `unloadDone` with the same models.
   *
   * A scheduler that cannot take the unload now answers `later`; the router then waits with the
   * stops until the scheduler calls {@link SchedulerEffects.resumeUnload}. Any other answer means now.
   */
  unload(models: readonly string[]): 'later' | void;
  /** The processes of an unload have stopped. */
  unloadDone(models: readonly string[]): void;
  /** New limits, priorities and settings; models that are gone have been unloaded before. */
  reconfigure(config: SchedulerConfig): void;
  /** Nothing is granted from now on; everybody who waits is failed. */
  shutdown(): void;
  /**
   * Optional power: so many requests of this model are being served by the grant of a scheduler that
   * had to be replaced; their `serveDone` will come. Called before any other event.
   */
  adopt?(model: string, inFlight: number): void;
  /**
   * Optional power: whoever waits in the queue for this model now is served before all others that
   * wait; of several models the one that was preferred last. False when nobody waits for it there.
   */
  prefer?(model: string): boolean;
  /** What is going on, for displays and tests. */
  snapshot(): SchedulerSnapshot;
}

/** A scheduler's state at one instant. */
export interface SchedulerSnapshot {
  readonly swaps: readonly {
    readonly id: number;
    readonly target: string;
    readonly evict: readonly string[];
    readonly waiters: readonly number[];
  }[];
  /** Waiting requests in the order of service. */
  readonly queue: readonly ScheduledRequest[];
  /** Requests being served, per model; models without any are absent. */
  readonly inFlight: ReadonlyMap<string, number>;
  /** Requests admitted and not finished, per model; models without any are absent. */
  readonly reserved: ReadonlyMap<string, number>;
  /** Why the queued requests of a model wait, where the scheduler tells. */
  readonly waitReasons?: ReadonlyMap<string, WaitReason>;
}

import { ModelState, SchedulerSnapshot } from '#lib/plugin-api';

/** What the router uses of an `AbortSignal`, so that something cheaper can stand in for one. */
export interface LeaveSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A request for a model's server. */
export interface AcquireRequest {
  /** Real model id. */
  readonly model: string;
  /** Aborts when the client has left. */
  readonly signal: LeaveSignal;
  /** Told each new 1-based position while the request is queued. */
  readonly onPosition?: (position: number) => void;
}

/**
 * The right to forward one request to a ready model. While it is held the model is not stopped to
 * make room. Releasing twice does nothing.
 */
export interface Lease extends Disposable {
  readonly model: string;
  /** Where to forward. */
  readonly upstream: URL;
  /** Configured priority, shown in the activity log. */
  readonly priority: number;
  /** Milliseconds between arrival and grant. */
  readonly waitedMs: number;
  /** Ends the lease; call it when the response has closed. */
  release(): void;
}

/** What a reload does with processes; everything else of a new configuration applies in place. */
export interface Reconfiguration {
  /** Models whose command has changed: they drain, stop, and start again at the next request. */
  readonly changed: readonly string[];
  /** Models that are gone: their waiting requests fail, they drain and stop. */
  readonly removed: readonly string[];
  /** Longest time that requests in flight are waited for, milliseconds. */
  readonly drainMs: number;
  /**
   * Models that must not start before changed or removed ones have ended, because they take over
   * what these hold, such as a port.
   */
  readonly after?: ReadonlyMap<string, readonly string[]>;
}

/** One model's part of a {@link RouterSnapshot}. */
export interface RoutedModelSnapshot {
  readonly model: string;
  readonly state: ModelState;
  /** Requests being served. */
  readonly inFlight: number;
  /** Requests in the queue or waiting for a load. */
  readonly waiting: number;
  /** When the last request ended or the model became ready, monotonic; null before either. */
  readonly lastUsedMs: number | null;
  /** Decayed averages in milliseconds; null until there is a measurement. */
  readonly loadMs: number | null;
  readonly stopMs: number | null;
  readonly serviceMs: number | null;
}

/** A frozen view of everything that the router decides about. */
export interface RouterSnapshot {
  readonly phase: 'open' | 'draining' | 'down';
  readonly models: readonly RoutedModelSnapshot[];
  readonly scheduler: SchedulerSnapshot;
}

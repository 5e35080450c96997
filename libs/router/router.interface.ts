/** A request for a model's server. */
export interface AcquireRequest {
  /** Real model id. */
  readonly model: string;
  /** Aborts when the client has left. */
  readonly signal: AbortSignal;
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

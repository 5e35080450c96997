/**
 * What is known about a peer. `unknown`: nothing yet. `up`: it answers. `impaired`: it is there but
 * answers its health check with 502, 503 or 504, or not in time; requests still go to it. `down`:
 * there was no way to it twice in a row; requests are refused until there is one.
 */
export type PeerState = 'unknown' | 'up' | 'impaired' | 'down';

/** Every state, in the order in which peers are preferred, apart from `unknown`, which is as good as `up`. */
export const PEER_STATES = ['unknown', 'up', 'impaired', 'down'] as const;

/** How one peer is. Unknown is null. */
export interface PeerSnapshot {
  readonly id: string;
  readonly state: PeerState;
  /** When it got into this state, monotonic milliseconds. */
  readonly sinceMs: number | null;
  /** When it last answered anything, monotonic milliseconds. */
  readonly answeredMs: number | null;
  /** How long the last answer to a probe took. */
  readonly latencyMs: number | null;
  /** When there was no way to it last, monotonic milliseconds. */
  readonly failedMs: number | null;
  /** The last failure, for people; null after an answer. */
  readonly error: string | null;
  readonly probes: number;
  readonly failedProbes: number;
  readonly failedRequests: number;
  /** Requests that another peer served because this one could not. */
  readonly handedOn: number;
}

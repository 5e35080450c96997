/** Where an upstream is and how long it is waited for. */
export interface WireOptions {
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Host header of requests that have none. */
  readonly authority: string;
  /** Longest time for a connection to open, milliseconds; null for no limit. */
  readonly connectMs: number | null;
  /** Longest time from a request to the head of its answer, milliseconds; null for no limit. */
  readonly headersMs: number | null;
  /** Longest time that a connection is kept unused, milliseconds; null for no limit. */
  readonly idleMs: number | null;
  /** Time after which TCP asks whether the other end is still there, milliseconds; null for never. */
  readonly keepAliveMs: number | null;
}

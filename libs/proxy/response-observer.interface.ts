/** How the forwarding of one request ended. */
export interface ForwardOutcome {
  /** `completed`: the client has the whole answer; `clientGone`: it left before. */
  readonly result: 'completed' | 'clientGone' | 'upstreamBroken';
  /** Status of the upstream's answer, or null when there was none. */
  readonly status: number | null;
  /** Bytes of the upstream's body that were handed to the client. */
  readonly bodyBytes: number;
}

/**
 * Sees an upstream's answer pass by. Called after the bytes have been handed to the client, so that
 * an observer never delays one; it must not throw and must copy what it wants to keep.
 *
 * Order: `onStart` once, `onChunk` any number of times, `onEnd` exactly once, also without
 * `onStart` when there was no answer.
 */
export interface ResponseObserver {
  /** Status and end-to-end headers, names and values alternating. */
  onStart?(status: number, headers: readonly string[]): void;
  onChunk?(chunk: Uint8Array): void;
  onEnd?(outcome: ForwardOutcome): void;
}

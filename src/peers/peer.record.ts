import { PeerSnapshot, PeerState } from './peer-snapshot.interface.js';

/** Failures in a row, of requests or probes, to find a way to a peer that make it count as down. */
const DOWN_AFTER = 2;

/** Counts that go on through all states. */
type Count = 'probes' | 'failedProbes' | 'failedRequests' | 'handedOn';

/** What is known about one peer; decides its state and does nothing else. */
export class PeerRecord {
  private state: PeerState = 'unknown';
  private sinceMs: number | null = null;
  private answeredMs: number | null = null;
  private latencyMs: number | null = null;
  private failedMs: number | null = null;
  private error: string | null = null;
  private misses = 0;
  private readonly counts = { probes: 0, failedProbes: 0, failedRequests: 0, handedOn: 0 };

  constructor(
    readonly id: string,
    /** Address that the knowledge is about. */
    readonly address: string,
  ) {}

  get present(): PeerState {
    return this.state;
  }

  get snapshot(): PeerSnapshot {
    const { id, state, sinceMs, answeredMs, latencyMs, failedMs, error, counts } = this;
    return { id, state, sinceMs, answeredMs, latencyMs, failedMs, error, ...counts };
  }

  count(what: Count): void {
    this.counts[what] += 1;
  }

  /** It has answered; `latencyMs` is given for probes, which alone tell that it is well again. */
  answered(atMs: number, latencyMs?: number): void {
    this.answeredMs = atMs;
    this.misses = 0;
    if (latencyMs !== undefined) this.latencyMs = latencyMs;
    else if (this.state === 'impaired') return;
    this.error = null;
    this.become('up', atMs);
  }

  /** It is there and not well. */
  ailing(atMs: number, reason: string): void {
    this.misses = 0;
    this.error = reason;
    this.become('impaired', atMs);
  }

  /** There was no way to it. */
  missed(atMs: number, reason: string): void {
    this.misses += 1;
    this.failedMs = atMs;
    this.error = reason;
    if (this.misses >= DOWN_AFTER) this.become('down', atMs);
  }

  private become(state: PeerState, atMs: number): void {
    if (this.state === state) return;
    this.state = state;
    this.sinceMs = atMs;
  }
}

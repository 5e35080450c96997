/** Phases of one request of a load test, in their order. */
export type Phase = 'waiting' | 'loading' | 'reasoning' | 'content';

/** Times of one request, milliseconds since it was sent. */
export interface PhaseTimes {
  readonly phase: Phase;
  readonly fromMs: number;
  /** Null while the phase runs. */
  readonly toMs: number | null;
}

const RULE = '━'.repeat(5);

/**
 * Tells the proxy's loading notes from the model's own reasoning: notes begin with a line of five ━
 * at the very start and end with a second such line.
 */
export class ReasoningSplitter {
  private head = '';
  private state: 'start' | 'notes' | 'own' = 'start';

  /** Splits a further piece of reasoning. */
  push(piece: string): { notes: string; own: string } {
    if (this.state === 'own') return { notes: '', own: piece };
    this.head += piece;
    if (this.state === 'start') {
      if (RULE.startsWith(this.head) && this.head.length < RULE.length) {
        return { notes: '', own: '' };
      }
      if (!this.head.startsWith(RULE)) {
        this.state = 'own';
        return { notes: '', own: this.head };
      }
      this.state = 'notes';
      this.head = this.head.slice(RULE.length);
    }
    const end = this.head.indexOf(RULE);
    if (end < 0) {
      const notes = this.head;
      // A rule may be cut between two pieces: its beginning stays back.
      const keep = /━{1,4}$/.exec(notes)?.[0].length ?? 0;
      this.head = notes.slice(notes.length - keep);
      return { notes: notes.slice(0, notes.length - keep), own: '' };
    }
    this.state = 'own';
    const own = this.head.slice(end + RULE.length).replace(/^\n ?\n?/, '');
    return { notes: this.head.slice(0, end), own };
  }
}

/** Step of the time axis in milliseconds for the longest request. */
export function axisStep(longestMs: number): number {
  if (longestMs <= 500) return 100;
  if (longestMs <= 2000) return 500;
  if (longestMs <= 5000) return 1000;
  if (longestMs <= 20_000) return 5000;
  if (longestMs <= 60_000) return 10_000;
  return 30_000;
}

/** Ends the running phase and begins another, unless it runs already. */
export function enterPhase(
  times: readonly PhaseTimes[],
  phase: Phase,
  atMs: number,
): readonly PhaseTimes[] {
  const last = times.at(-1);
  if (last?.phase === phase && last.toMs === null) return times;
  return [...endPhase(times, atMs), { phase, fromMs: atMs, toMs: null }];
}

/** Ends the running phase. */
export function endPhase(times: readonly PhaseTimes[], atMs: number): readonly PhaseTimes[] {
  return times.map((entry) => (entry.toMs === null ? { ...entry, toMs: atMs } : entry));
}

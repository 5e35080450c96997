import { TimelineEntry } from '#lib/router';

/** Order within an instant: processes, ends of service, inputs, idle ticks. */
export const ORDER = { process: 0, service: 1, input: 2, tick: 3 } as const;

interface Due {
  readonly t: number;
  readonly kind: number;
  readonly number: number;
  readonly run: () => void;
}

/** The time of a trace: what is due when, and what has happened. Milliseconds, computing takes none. */
export class TraceTimeline {
  t = 0;
  readonly entries: TimelineEntry[] = [];
  private count = 0;
  private due: Due[] = [];

  /** Does something at a time; at equal times by kind, then in the order of these calls. */
  at(t: number, kind: keyof typeof ORDER, run: () => void): void {
    this.due.push({ t, kind: ORDER[kind], number: this.count++, run });
  }

  log(ev: string, model: string, more: Partial<TimelineEntry> = {}): void {
    this.entries.push({ t: this.t, ev, model, ...more });
  }

  /** Does everything that is due up to a time. */
  runUntil(horizon: number): void {
    for (let next = this.next(); next && next.t <= horizon; next = this.next()) {
      this.due = this.due.filter((one) => one !== next);
      this.t = next.t;
      next.run();
    }
  }

  private next(): Due | undefined {
    return this.due.toSorted((a, b) => a.t - b.t || a.kind - b.kind || a.number - b.number)[0];
  }
}

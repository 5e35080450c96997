/** What one poll of a llama-server tells about generated tokens. */
export interface TokenReading {
  /** Counter of finished requests. */
  readonly finished: number;
  /** Step in which the counter is printed. */
  readonly resolution: number;
  /** Generated tokens of each running task, by `slot:task`. */
  readonly decodedByTask: Readonly<Record<string, number>>;
}

/**
 * Total of generated tokens that also moves while requests run: the counter, which grows only at the end
 * of a request, plus what the running ones have so far. Large counters are printed in steps; then an own
 * total is kept and corrected only when it is further off than a step.
 */
export class TokenTotal {
  private total: number | null = null;
  private running: Readonly<Record<string, number>> = {};

  /** The process is a new one: nothing of before counts. */
  restart(): void {
    this.total = null;
    this.running = {};
  }

  /** Takes a reading and returns the total; it never falls. */
  read({ finished, resolution, decodedByTask }: TokenReading): number {
    const sum = finished + add(Object.values(decodedByTask));
    const growth = Object.entries(decodedByTask).map(
      ([task, decoded]) => decoded - (this.running[task] ?? 0),
    );
    this.running = decodedByTask;
    const before = this.total;
    if (before === null || resolution === 1) this.total = Math.max(sum, before ?? 0);
    else {
      const own = before + add(growth.filter((step) => step > 0));
      this.total = Math.abs(own - sum) > resolution ? Math.max(sum, before) : own;
    }
    return this.total;
  }
}

function add(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

import { GpuSample } from '#lib/plugin-api';

/** A round of the loop is over after this silence. */
const SILENCE_MS = 250;

type After = (delayMs: number, callback: () => void) => () => void;

/**
 * Puts the rows of one round together: a new round begins when a device comes that the open one has
 * already, or after a moment of silence.
 */
export class SnapshotGrouper {
  private open = new Map<number, GpuSample>();
  private cancelTimer = (): void => {};

  constructor(
    private readonly after: After,
    private readonly deliver: (samples: readonly GpuSample[]) => void,
  ) {}

  /** Takes the next row. */
  add(sample: GpuSample): void {
    if (this.open.has(sample.index)) this.flush();
    this.open.set(sample.index, sample);
    this.cancelTimer();
    this.cancelTimer = this.after(SILENCE_MS, () => this.flush());
  }

  /** Drops the open round and ends the timer. */
  close(): void {
    this.cancelTimer();
    this.open.clear();
  }

  /** The rows have ended: what is open is complete. */
  flush(): void {
    this.cancelTimer();
    const samples = [...this.open.values()];
    this.open = new Map();
    if (samples.length > 0) this.deliver(samples);
  }
}

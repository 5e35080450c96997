import { GpuProbeContext } from './gpu-probe.interface.js';

/** A loop that is silent for this many periods … */
const SILENT_PERIODS = 3;
/** … and this long on top hangs. */
const GRACE_MS = 5000;

/** Calls back when a followed program has shown no sign of life for three periods and five seconds. */
export class SilenceWatchdog {
  private cancelTimer = (): void => {};

  constructor(
    private readonly context: GpuProbeContext,
    private readonly silent: () => void,
  ) {
    this.alive();
  }

  /** The program has delivered something. */
  alive(): void {
    this.stop();
    const limitMs = SILENT_PERIODS * this.context.periodMs + GRACE_MS;
    this.cancelTimer = this.context.world.after(limitMs, this.silent);
  }

  /** Ends the timer. */
  stop(): void {
    this.cancelTimer();
  }
}

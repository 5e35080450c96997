import { Clock } from '#lib/foundation';

/** Most bytes that a program may print within a second. */
const MOST_BYTES = 512 * 1024;
const WINDOW_MS = 1000;

/** Shuts when a program prints without end: reading it would cost all there is. */
export class FloodGate {
  private sinceMs: number;
  private bytes = 0;
  private isShut = false;

  constructor(
    private readonly clock: Clock,
    private readonly onFlood: () => void,
  ) {
    this.sinceMs = clock.nowMs();
  }

  /** Whether so many bytes more may pass. */
  lets(bytes: number): boolean {
    if (this.isShut) return false;
    const nowMs = this.clock.nowMs();
    if (nowMs - this.sinceMs >= WINDOW_MS) {
      this.sinceMs = nowMs;
      this.bytes = 0;
    }
    this.bytes += bytes;
    if (this.bytes <= MOST_BYTES) return true;
    this.isShut = true;
    this.onFlood();
    return false;
  }
}

import { Clock } from '#lib/foundation';

const BLOCK_BYTES = 16 * 1024 * 1024;

/** Memory that is really in use: every page is written to. */
export class DemoMemory {
  private readonly blocks: Buffer[] = [];

  /** Bytes filled so far. */
  get bytes(): number {
    return this.blocks.reduce((sum, block) => sum + block.length, 0);
  }

  /** Fills `totalBytes` block by block, spread over `durationMs`, until the signal aborts. */
  async fill(totalBytes: number, durationMs: number, on: FillOptions): Promise<void> {
    const startedMs = on.clock.nowMs();
    let filled = 0;
    while (filled < totalBytes && !on.signal.aborted) {
      const block = Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, totalBytes - filled));
      this.blocks.push(block.fill(0xa5));
      filled += block.length;
      const dueMs = startedMs + (durationMs * filled) / totalBytes;
      await sleep(Math.max(0, dueMs - on.clock.nowMs()), on);
    }
  }
}

/** Time and cancellation of {@link DemoMemory.fill}. */
export interface FillOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Resolves after a while, or at once when the signal aborts. */
export function sleep(delayMs: number, { clock, signal }: FillOptions): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}

import { CancelTimer, Clock } from '#lib/foundation';
import { DiskSpace } from './host-sample.interface.js';

/** Longest wait for file systems; a network share that is gone answers never. */
const LIMIT_MS = 1000;

/**
 * Asks for the space of file systems without ever waiting for one that hangs: there is one question at a
 * time, and while it is open nothing is known.
 */
export class DiskWatch {
  private isAsking = false;

  constructor(
    private readonly ask: () => Promise<readonly DiskSpace[]>,
    private readonly clock: Clock,
  ) {}

  /** The space now; empty when it cannot be told in time. */
  async read(): Promise<readonly DiskSpace[]> {
    if (this.isAsking) return [];
    this.isAsking = true;
    const { promise, resolve } = Promise.withResolvers<readonly DiskSpace[]>();
    const cancelTimer = this.clock.after(LIMIT_MS, () => resolve([]));
    void this.answer(resolve, cancelTimer);
    return await promise;
  }

  private async answer(
    tell: (spaces: readonly DiskSpace[]) => void,
    cancelTimer: CancelTimer,
  ): Promise<void> {
    const spaces = await this.ask().catch(() => []);
    this.isAsking = false;
    cancelTimer();
    tell(spaces);
  }
}

/** One cancellable piece of work of a Playground tab; at most one runs at a time. */
export class Task {
  running = $state(false);
  error = $state('');
  private abort: AbortController | null = null;

  /** Runs the work unless some is running; cancelling is silent, other failures show. */
  async run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.running) return;
    this.abort = new AbortController();
    this.running = true;
    this.error = '';
    playgroundWork.count += 1;
    try {
      await work(this.abort.signal);
    } catch (error) {
      if (!this.abort.signal.aborted) {
        this.error = error instanceof Error ? error.message : String(error);
      }
    }
    playgroundWork.count -= 1;
    this.running = false;
  }

  cancel(): void {
    this.abort?.abort();
  }
}

/** How many Playground tasks run, so that the menu can show that something is going on. */
class PlaygroundWork {
  count = $state(0);
}

export const playgroundWork = new PlaygroundWork();

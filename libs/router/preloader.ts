/** What a preloader does and tells. */
export interface PreloaderTools {
  /** Resolves when the model is ready; rejects with the reason why it is not. */
  readonly load: (model: string, signal: AbortSignal) => Promise<void>;
  /** Told of each model; `error` is null for success. */
  readonly done: (model: string, error: Error | null) => void;
}

/**
 * Loads models one after the other in the background. A model that does not get ready is reported
 * and the next one is taken.
 */
export class Preloader {
  private readonly ending = new AbortController();
  private chain: Promise<void> = Promise.resolve();

  constructor(private readonly tools: PreloaderTools) {}

  /** Adds models behind those that are still to be loaded; resolves when they have had their turn. */
  preload(models: readonly string[]): Promise<void> {
    for (const model of models) this.chain = this.chain.then(() => this.one(model));
    return this.chain;
  }

  /** Gives up what is being loaded and what is still to come. */
  end(): void {
    this.ending.abort();
  }

  private async one(model: string): Promise<void> {
    const { signal } = this.ending;
    if (signal.aborted) return;
    try {
      await this.tools.load(model, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.tools.done(model, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.tools.done(model, null);
  }
}

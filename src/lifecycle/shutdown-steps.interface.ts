/** What a shutdown does, in the order in which {@link ShutdownSequence} calls it. */
export interface ShutdownSteps {
  /** Nothing reloads from now on, and no model is started that nobody waits for. */
  stopTriggers(): void;
  /** Ends streams that would otherwise last for ever: logs, events. */
  closeStreams(): void;
  /**
   * Stops listening and waits for the requests in flight. When `signal` aborts, the promise resolves;
   * what is left ends with its model.
   */
  drain(signal: AbortSignal): Promise<void>;
  /** Stops every model; a model that has not ended after `budgetMs` is killed. */
  stopModels(budgetMs: number): Promise<void>;
  /** Cuts the connections that are left, and closes what keeps data: samples, activity. */
  closeStores(): Promise<void>;
  /** Kills every child process now, without waiting. */
  killModels(): void;
}

/** What a shutdown does, in the order in which {@link ShutdownSequence} calls it. */
export interface ShutdownSteps {
  /**
   * Nothing reloads from now on, no model is started that nobody waits for, probes say that this
   * Drover is going, and connections are told to be the last.
   */
  stopTriggers(): void;
  /** Ends streams that would otherwise last for ever: logs, events. */
  closeStreams(): void;
  /**
   * Stops listening and waits for the requests in flight. When `signal` aborts, the promise resolves;
   * what is left ends with its model.
   */
  drain(signal: AbortSignal): Promise<void>;
  /** Ends the requests that are left, event streams with an event that says why. */
  endRequests(): void;
  /** Stops every model; a model that has not ended after `budgetMs` is killed. */
  stopModels(budgetMs: number): Promise<void>;
  /** Cuts the connections that are left, and closes what keeps data: samples, activity. */
  closeStores(): Promise<void>;
  /** Kills every child process now, without waiting. */
  killModels(): void;
}

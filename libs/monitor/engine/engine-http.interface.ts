/** Injection token of the {@link EngineHttp} that engines are asked through. */
export const ENGINE_HTTP = Symbol.for('drover:engine-http');

/** Asks an engine directly, past the proxy, so that a poll is no use of the model. */
export interface EngineHttp {
  /**
   * Sends a GET and reads at most 4 MiB of the answer.
   * @throws Error when there is no answer in time; its message is short enough to show.
   */
  get(url: URL, options: EngineGetOptions): Promise<EngineAnswer>;
}

/** Bounds of one question to an engine. */
export interface EngineGetOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The engine's own key, where it needs one. */
  readonly apiKey: string | null;
}

/** An engine's answer. */
export interface EngineAnswer {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

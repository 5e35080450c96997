/** Asks a model's server once whether it can serve. */
export interface ReadinessProbe {
  /**
   * Null only for a healthy answer; else why the server cannot serve yet, in words for the log. A
   * rejection means "not yet" too. `signal` aborts when the answer is no longer wanted; the caller
   * does not wait for a probe that ignores it.
   */
  probe(url: URL, signal: AbortSignal): Promise<string | null>;
}

/** Injection token of the {@link ReadinessProbe}. */
export const READINESS_PROBE = Symbol.for('drover:readiness-probe');

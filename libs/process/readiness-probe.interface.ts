/** Asks a model's server once whether it can serve. */
export interface ReadinessProbe {
  /**
   * True only for a healthy answer; false, or a rejection, means "not yet". `signal` aborts when
   * the answer is no longer wanted; the caller does not wait for a probe that ignores it.
   */
  probe(url: URL, signal: AbortSignal): Promise<boolean>;
}

/** Injection token of the {@link ReadinessProbe}. */
export const READINESS_PROBE = Symbol.for('drover:readiness-probe');

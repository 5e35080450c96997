/** How a probe is doing, for displays and metrics. */
export interface ProbeState {
  readonly name: string;
  /** `absent`: its tool is not there; `failed`: it is there and does not work. */
  readonly state: 'starting' | 'up' | 'absent' | 'failed' | 'stopped';
  /** Wall-clock time of the last good sample, Unix milliseconds; null before the first. */
  readonly lastSuccessMs: number | null;
  /** Failures so far, by reason. */
  readonly errors: ReadonlyMap<string, number>;
  readonly lastError: string | null;
  /** Time from the beginning of the last start to its first sample; null before that. */
  readonly tookMs: number | null;
  /** Why the probe tells nothing, or not everything, in words; null when there is nothing to say. */
  readonly detail: string | null;
}

/** llama-server's `timings` object; times in milliseconds, speeds in tokens per second. */
export interface Timings {
  readonly cache_n: number;
  readonly prompt_n: number;
  readonly prompt_ms: number;
  readonly prompt_per_token_ms: number;
  readonly prompt_per_second: number;
  readonly predicted_n: number;
  readonly predicted_ms: number;
  readonly predicted_per_token_ms: number;
  readonly predicted_per_second: number;
}

/** What was measured for one task. */
export interface TaskMeasure {
  readonly cached: number;
  readonly prompt: number;
  readonly promptMs: number;
  readonly predicted: number;
  readonly predictedMs: number;
}

/** Works out the averages that llama-server prints beside the raw figures; 0 where nothing ran. */
export function timingsOf(measure: TaskMeasure): Timings {
  return {
    cache_n: measure.cached,
    prompt_n: measure.prompt,
    prompt_ms: measure.promptMs,
    prompt_per_token_ms: ratio(measure.promptMs, measure.prompt),
    prompt_per_second: ratio(measure.prompt * 1000, measure.promptMs),
    predicted_n: measure.predicted,
    predicted_ms: measure.predictedMs,
    predicted_per_token_ms: ratio(measure.predictedMs, measure.predicted),
    predicted_per_second: ratio(measure.predicted * 1000, measure.predictedMs),
  };
}

function ratio(amount: number, per: number): number {
  return per > 0 ? amount / per : 0;
}

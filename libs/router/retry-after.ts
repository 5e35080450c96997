/** What is known about a model that is full. */
export interface FullModel {
  /** False when the reference's rule counts, whose answer is always one second. */
  readonly estimated: boolean;
  readonly ready: boolean;
  readonly concurrencyLimit: number;
  readonly loadMs: number | null;
  readonly serviceMs: number | null;
}

const LONGEST_SECONDS = 600;

/**
 * Seconds until a place is likely to be free: one service time shared by all places, after the load
 * when the model is not ready. One second when nothing has been measured yet.
 */
export function retryAfterSeconds(model: FullModel): number {
  if (!model.estimated) return 1;
  const loadMs = model.ready ? 0 : (model.loadMs ?? 0);
  const nextMs = loadMs + (model.serviceMs ?? 0) / model.concurrencyLimit;
  return Math.min(LONGEST_SECONDS, Math.max(1, Math.ceil(nextMs / 1000)));
}

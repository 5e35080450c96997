import { ModelState } from '#lib/plugin-api';

/** What the HTTP side needs to know of the models' processes. */
export interface ModelStates {
  /** State of a local model's process; `stopped` for one that never ran. */
  stateOf(model: string): ModelState;
  /** Address of a local model's server; null unless it is ready. */
  upstreamOf(model: string): URL | null;
  /** Calls `listener` after every transition of any model's process; returns the cancellation. */
  onState(listener: (model: string) => void): () => void;
}

/** Injection token of {@link ModelStates}. */
export const MODEL_STATES = Symbol.for('drover:model-states');

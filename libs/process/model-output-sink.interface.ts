/** Receives what model servers write, stdout and stderr in their order; must not fail or wait. */
export type ModelOutputSink = (model: string, chunk: Uint8Array) => void;

/** Injection token of the {@link ModelOutputSink}. */
export const MODEL_OUTPUT_SINK = Symbol.for('drover:model-output-sink');

import { EngineUpdate } from '#lib/monitor';
import { hostAndPort } from './model-status.service.js';

/** A sample of one model as it is pushed. */
export interface EngineUpdateView {
  readonly modelName: string;
  readonly host: string | null;
  readonly port: number | null;
  readonly state: string;
  /** Grows by one per model, so that gaps show. */
  readonly sequence: number;
  readonly metrics: EngineUpdate['sample'];
}

/** What is told about a sample; `state` of a server that somebody else runs follows from it. */
export function engineUpdateView(
  { model, address, sequence, sample }: EngineUpdate,
  state: string | undefined,
): EngineUpdateView {
  return {
    modelName: model,
    ...hostAndPort(address.href),
    state: state ?? (sample.ok ? 'ready' : 'stopped'),
    sequence,
    metrics: sample,
  };
}

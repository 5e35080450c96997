import { compareIds, ModelState } from '#lib/plugin-api';
import { ModelRecord } from './model-record.js';
import { SwapTable } from './swap-table.js';

/** Who holds memory, and until when, in byte order of ids. */
export interface Situation {
  /** Resident or about to load, and meant to stay. */
  readonly staying: readonly string[];
  /** Still holding memory, but certain to be gone soon. */
  readonly leaving: readonly string[];
}

/** What a situation is read from. */
export interface SituationSource {
  readonly resident: readonly string[];
  readonly state: (model: string) => ModelState;
  readonly record: (model: string) => ModelRecord;
  readonly swaps: SwapTable;
}

/** Reads the present situation. */
export function readSituation(source: SituationSource): Situation {
  const targets = source.swaps.list().map(({ target }) => target);
  const models = [...new Set([...source.resident, ...targets])].toSorted(compareIds);
  return {
    staying: models.filter((model) => !isLeaving(model, source)),
    leaving: models.filter((model) => isLeaving(model, source)),
  };
}

function isLeaving(model: string, { state, record, swaps }: SituationSource): boolean {
  if (swaps.has(model)) return false;
  const { leaving, unloads } = record(model);
  if (leaving || unloads > 0) return true;
  const now = state(model);
  // A start without a swap is one that has been given up and is being aborted.
  return now === 'stopping' || now === 'starting';
}

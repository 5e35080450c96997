import { compareIds } from '#lib/plugin-api';
import { ModelLedger } from './model-ledger.js';
import { ProcessRoster } from './process.roster.js';
import { RoutedModelSnapshot } from './router.interface.js';

/** Where the figures come from. */
export interface SnapshotSources {
  readonly roster: ProcessRoster;
  readonly ledger: ModelLedger;
}

/** The present figures of the models, in byte order of ids. */
export function modelSnapshots(
  models: readonly string[],
  { roster, ledger }: SnapshotSources,
): RoutedModelSnapshot[] {
  return models.toSorted(compareIds).map((model) => ({
    model,
    state: roster.get(model)?.state ?? 'stopped',
    ...roster.times(model),
    ...ledger.view(model),
  }));
}

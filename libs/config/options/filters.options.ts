import { Setting } from './setting.decorator.js';

/** Edits of the requests for a peer. */
export class FiltersOptions {
  @Setting({
    kind: 'text',
    doc: 'Request fields to delete, separated by commas. `model` is never deleted.',
  })
  stripParams = '';

  @Setting({ kind: 'freeMap', doc: 'Request fields to set. `model` is ignored.' })
  setParams = new Map<string, unknown>();

  @Setting({
    kind: 'freeMaps',
    doc: 'Request fields to set, by the name that the client used. `model` is ignored.',
  })
  setParamsByID = new Map<string, ReadonlyMap<string, unknown>>();
}

/** Edits of the requests for a model. */
export class ModelFiltersOptions extends FiltersOptions {
  @Setting({
    kind: 'text',
    doc: 'Older spelling of `stripParams`; counts only when that is absent or empty.',
    obsolete: 'stripParams',
  })
  strip_params = '';
}

import { Injectable } from '@nestjs/common';
import { FiltersConfig, ModelConfig, PeerConfig } from '#lib/config';
import { RequestEdits } from '#lib/proxy';

type Paths = RequestEdits['set'];

/** Prepares, once per configuration, how requests for a model or a peer are edited. */
@Injectable()
export class ModelEdits {
  private readonly prepared = new WeakMap<FiltersConfig, Map<string, RequestEdits>>();

  /** Edits for a local model that was asked for by this name. */
  forModel(config: ModelConfig, requestedName: string): RequestEdits {
    const name = config.useModelName === '' ? null : config.useModelName;
    return this.edits(config.filters, requestedName, name);
  }

  /** Edits for a peer's model; the peer knows it by its own id. */
  forPeer(config: PeerConfig, requestedName: string, model: string): RequestEdits {
    return this.edits(config.filters, requestedName, model);
  }

  private edits(
    filters: FiltersConfig,
    requestedName: string,
    modelName: string | null,
  ): RequestEdits {
    let byName = this.prepared.get(filters);
    if (!byName) this.prepared.set(filters, (byName = new Map()));
    const key = filters.setParamsByID.has(requestedName) || modelName !== null ? requestedName : '';
    let edits = byName.get(key);
    if (!edits) byName.set(key, (edits = prepare(filters, requestedName, modelName)));
    return edits;
  }
}

function prepare(
  { stripParams, setParams, setParamsByID }: FiltersConfig,
  requestedName: string,
  modelName: string | null,
): RequestEdits {
  const byId = setParamsByID.get(requestedName) ?? {};
  return {
    modelName,
    strip: [...new Set(stripParams)].filter((path) => path !== 'model').toSorted(compareBytes),
    set: [...assignments(setParams), ...assignments(byId)],
  };
}

function assignments(params: Readonly<Record<string, unknown>>): Paths {
  return Object.entries(params)
    .filter(([path]) => path !== 'model')
    .toSorted(([one], [other]) => compareBytes(one, other))
    .map(([path, value]) => [path, JSON.stringify(sortKeys(value))] as const);
}

/** Maps are sent with sorted keys, so that equal settings give equal bytes. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sortKeys(item));
  if (typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value).toSorted(([one], [other]) => compareBytes(one, other));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}

function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

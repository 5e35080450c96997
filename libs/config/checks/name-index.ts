import { DroverOptions } from '../options/drover.options.js';

/** Where a requested name leads. */
export type NameTarget =
  | { readonly kind: 'local'; readonly model: string }
  | { readonly kind: 'peer'; readonly peer: string; readonly model: string };

/**
 * The names of a configuration: model ids, aliases and variants, `peer/model` names and bare peer
 * models.
 */
export class NameIndex {
  /** Alias or variant to model; the first holder of a name counts. */
  readonly aliases: ReadonlyMap<string, string>;
  /** `peer/model` names; the first holder of a name counts. */
  readonly peerModels: ReadonlyMap<string, { readonly peer: string; readonly model: string }>;
  private readonly bare: ReadonlyMap<string, readonly string[]>;

  constructor(private readonly options: DroverOptions) {
    this.aliases = collectAliases(options);
    const exact = new Map<string, { readonly peer: string; readonly model: string }>();
    const bare = new Map<string, string[]>();
    for (const [peer, { models }] of options.peers) {
      for (const model of new Set(models)) {
        const name = `${peer}/${model}`;
        if (!exact.has(name)) exact.set(name, { peer, model });
        bare.set(model, [...(bare.get(model) ?? []), peer]);
      }
    }
    this.peerModels = exact;
    this.bare = bare;
  }

  /** Model of a local name, or null. */
  local(name: string): string | null {
    return this.options.models.has(name) ? name : (this.aliases.get(name) ?? null);
  }

  /**
   * Where a name leads: model id, alias, exact peer name, bare peer model; or null. A bare name that
   * several peers offer leads to the first of them with `peering.failover` and nowhere without.
   */
  resolve(name: string): NameTarget | null {
    const model = this.local(name);
    if (model !== null) return { kind: 'local', model };
    const exact = this.peerModels.get(name);
    if (exact) return { kind: 'peer', ...exact };
    const peers = this.peersOffering(name);
    const isClear = peers.length === 1 || (peers.length > 1 && this.options.peering.failover);
    return isClear ? { kind: 'peer', peer: peers[0]!, model: name } : null;
  }

  /** Peers that offer a model of this name. */
  peersOffering(name: string): readonly string[] {
    return this.bare.get(name) ?? [];
  }
}

function collectAliases({ models }: DroverOptions): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const [id, model] of models) {
    for (const alias of model.aliases) if (!aliases.has(alias)) aliases.set(alias, id);
  }
  for (const [id, model] of models) {
    for (const variant of model.filters.setParamsByID.keys()) {
      if (variant !== id && !models.has(variant) && !aliases.has(variant)) aliases.set(variant, id);
    }
  }
  return aliases;
}

import { DroverConfig, PeerConfig } from '#lib/config';

/** What a name means; null stands for nothing that is configured. */
export type ResolvedModel =
  | { readonly kind: 'local'; readonly model: string }
  | {
      readonly kind: 'peer';
      /** Id of the peer. */
      readonly peer: string;
      /** The model's name at the peer, without the peer's id. */
      readonly model: string;
      /** Every peer that the name means, the first one included; absent when it means just one. */
      readonly peers?: readonly string[];
    };

/**
 * Turns requested names into models: exact model id, then alias, then `<peer>/<model>`, then the bare
 * name of a model that exactly one peer offers, or several with `peering.failover`. Nothing is trimmed,
 * folded or split.
 */
export class ModelResolver {
  private readonly names = new Map<string, ResolvedModel>();

  constructor(config: Pick<DroverConfig, 'models' | 'peers' | 'peering'>) {
    for (const [model, peers] of bareNames(config.peers.values())) {
      const [peer] = peers;
      if (peers.length === 1) this.names.set(model, { kind: 'peer', peer: peer!, model });
      else if (config.peering.failover) {
        this.names.set(model, { kind: 'peer', peer: peer!, model, peers });
      }
    }
    for (const { id, models } of config.peers.values()) {
      for (const model of models)
        this.names.set(`${id}/${model}`, { kind: 'peer', peer: id, model });
    }
    for (const { id, aliases } of config.models.values()) {
      for (const alias of aliases) this.names.set(alias, { kind: 'local', model: id });
    }
    for (const id of config.models.keys()) this.names.set(id, { kind: 'local', model: id });
  }

  resolve(name: string): ResolvedModel | null {
    return this.names.get(name) ?? null;
  }

  /** The local model that an id or alias means, or null. */
  local(name: string): string | null {
    const resolved = this.names.get(name);
    return resolved?.kind === 'local' ? resolved.model : null;
  }
}

/** The peers that offer each model, in order of definition. */
function bareNames(peers: Iterable<PeerConfig>): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { id, models } of peers) {
    for (const model of new Set(models)) names.set(model, [...(names.get(model) ?? []), id]);
  }
  return names;
}

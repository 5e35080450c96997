import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore, ModelConfig, PeerConfig } from '#lib/config';
import { MODEL_STATES, type ModelStates } from '../composition/model-states.interface.js';
import { PeerHealth } from '../peers/peer.health.js';
import { abilities } from '../models/model-record.js';

/** One model of a `modelStatus` message. */
export interface ModelStatusView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Empty for a peer's model. */
  readonly state: string;
  readonly unlisted: boolean;
  /** Empty for a local model. */
  readonly peerID: string;
  /** How the peer of a peer's model is; absent while that is not known. */
  readonly peerState?: string;
  readonly aliases?: readonly string[];
  readonly capabilities?: Readonly<Record<string, true>>;
  readonly context_length?: number;
}

/** What the event stream tells about all models. */
@Injectable()
export class ModelStatus {
  constructor(
    private readonly config: ConfigStore,
    @Inject(MODEL_STATES) private readonly states: ModelStates,
    private readonly peers: PeerHealth,
  ) {}

  /** Local models in byte order of ids, listed or not, then those of the peers. */
  list(): ModelStatusView[] {
    const { models, peers } = this.config.current;
    const local = [...models.values()]
      .map((model) => this.ofModel(model))
      .toSorted((one, other) => Buffer.compare(Buffer.from(one.id), Buffer.from(other.id)));
    return [...local, ...[...peers.values()].flatMap((peer) => this.ofPeer(peer))];
  }

  private ofModel(model: ModelConfig): ModelStatusView {
    const { id, name, description, unlisted, aliases, capabilities } = model;
    const state = this.states.stateOf(id);
    const able = capabilities ? abilities(capabilities) : {};
    return {
      id,
      name,
      description,
      // A process that was shut down for good is nothing that a client could act on.
      state: state === 'shutdown' ? 'stopped' : state,
      unlisted,
      peerID: '',
      ...(aliases.length > 0 ? { aliases } : {}),
      ...(Object.keys(able).length > 0 ? { capabilities: able } : {}),
      ...(capabilities && capabilities.context > 0 ? { context_length: capabilities.context } : {}),
    };
  }

  private ofPeer({ id: peerID, models }: PeerConfig): ModelStatusView[] {
    const state = this.peers.stateOf(peerID);
    const known = state === 'unknown' ? {} : { peerState: state };
    return models.map((model) => {
      const id = `${peerID}/${model}`;
      return { id, name: '', description: '', state: '', unlisted: false, peerID, ...known };
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore, ModelConfig, PeerConfig, SelectorConfig } from '#lib/config';
import { type Clock, CLOCK } from '#lib/foundation';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { MODEL_STATES, type ModelStates } from '../composition/model-states.interface.js';
import { PeerHealth } from '../peers/peer.health.js';
import { ProfileRegistry } from '../profiles/profile.registry.js';
import { modelMembers, type ModelRecord, modelRecord, RecordParts } from './model-record.js';

/** Lists everything that a request can name. */
@Injectable()
export class ModelList {
  /** Unix seconds; one value for the life of the program, so that lists can be compared. */
  private readonly createdS: number;

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    @Inject(MODEL_STATES) private readonly states: ModelStates,
    private readonly profiles: ProfileRegistry,
    private readonly peers: PeerHealth,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.createdS = Math.floor(clock.wallMs() / 1000);
  }

  /** All listed models, aliases, peer models and selectors, in byte order of their ids. */
  all(): ModelRecord[] {
    const { models, peers, selectors } = this.config.current;
    return [
      ...[...models.values()].filter(({ unlisted }) => !unlisted).flatMap((m) => this.ofModel(m)),
      ...[...peers.values()].flatMap((peer) => this.ofPeer(peer)),
      ...[...selectors]
        .filter(([, { unlisted }]) => !unlisted)
        .map(([id, s]) => this.ofSelector(id, s)),
      ...this.ofProfile(),
    ].toSorted((one, other) => compareIds(one['id'], other['id']));
  }

  /** The entry of one name, listed or not; null for an unknown name. */
  find(name: string): ModelRecord | null {
    const listed = this.all().find(({ id }) => id === name);
    if (listed) return listed;
    const resolved = this.router.resolve(name);
    if (!resolved) return null;
    if (resolved.kind === 'peer') return this.record(this.peerModel(resolved.peer, resolved.model));
    const config = this.config.current.models.get(resolved.model);
    if (!config) return null;
    return this.record(resolved.model === name ? this.parts(config) : this.alias(config, name));
  }

  private ofModel(config: ModelConfig): ModelRecord[] {
    const own = this.record(this.parts(config));
    if (!this.config.current.includeAliasesInList) return [own];
    const names = config.aliases.map((alias) => alias.trim()).filter((alias) => alias !== '');
    return [own, ...names.map((name) => this.record(this.alias(config, name)))];
  }

  private ofPeer({ id, models }: PeerConfig): ModelRecord[] {
    return models.map((model) => this.record(this.peerModel(id, model)));
  }

  private ofSelector(id: string, selector: SelectorConfig): ModelRecord {
    const { strategy, targets, spillover, name, description, metadata } = selector;
    const internal = {
      type: 'selector',
      strategy,
      targets,
      ...(strategy === 'spillover' ? { spillover } : {}),
    };
    const counted = strategy === 'pin' ? targets.slice(0, 1) : targets;
    const isLoaded = counted.some((target) => this.isUsable(target));
    return this.record({ id, name, description, metadata, internal, isLoaded });
  }

  /** The pins of the active profile that do not stand before a name of their own. */
  private ofProfile(): ModelRecord[] {
    const { selectors } = this.config.current;
    return [...(this.profiles.pins ?? [])]
      .filter(([name, target]) => target !== '' && !selectors.has(name))
      .filter(([name]) => this.router.resolve(name) === null)
      .map(([id]) => this.record({ id, internal: { type: 'profile' }, isLoaded: false }));
  }

  private parts(config: ModelConfig): RecordParts {
    const { id, name, description, capabilities, metadata } = config;
    const state = this.states.stateOf(id);
    const isLoaded = state !== 'stopped' && state !== 'shutdown';
    const internal = modelMembers(config);
    return { id, name, description, capabilities, metadata, internal, isLoaded };
  }

  private alias(config: ModelConfig, alias: string): RecordParts {
    const internal = { type: 'alias', modelID: config.id };
    return { ...this.parts(config), id: alias, internal };
  }

  /** Clients know the state of a peer's model as unloaded; how the peer is stands beside it. */
  private peerModel(peer: string, model: string): RecordParts {
    const state = this.peers.stateOf(peer);
    const known = state === 'unknown' ? {} : { peerState: state };
    const internal = { type: 'peer', peerID: peer, ...known };
    return { id: `${peer}/${model}`, name: `${peer}: ${model}`, internal, isLoaded: false };
  }

  private isUsable(target: string): boolean {
    const resolved = this.router.resolve(target);
    if (resolved?.kind !== 'local') return false;
    const state = this.states.stateOf(resolved.model);
    return state === 'ready' || state === 'starting';
  }

  private record(parts: RecordParts): ModelRecord {
    return modelRecord(parts, this.createdS);
  }
}

function compareIds(one: unknown, other: unknown): number {
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}

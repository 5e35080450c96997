import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore, SelectorConfig } from '#lib/config';
import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';
import { MODEL_ROUTER, type ModelRouter } from '../composition/model-router.interface.js';
import { MODEL_STATES, type ModelStates } from '../composition/model-states.interface.js';
import { TargetLoads } from './target.loads.js';

/** Seconds after which a selector that has nothing to offer may be asked again. */
const RETRY_AFTER_S = 1;

/** A target that a new call could be sent to. */
interface Candidate {
  readonly name: string;
  /** Calls on their way to it. */
  readonly load: number;
  /** Runs, starts, or is about to be started for a call. */
  readonly isActive: boolean;
}

/** Chooses among the targets of selectors. */
@Injectable()
export class TargetChooser {
  /** How often a tie was decided, by selector. */
  private readonly turns = new Map<string, number>();

  // oxlint-disable-next-line max-params -- injected dependencies
  constructor(
    private readonly config: ConfigStore,
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    @Inject(MODEL_STATES) private readonly states: ModelStates,
    private readonly loads: TargetLoads,
  ) {}

  /**
   * The target of a selector as the configuration writes it, or null when there is no selector of
   * this name. The choice counts as a call as soon as the call is begun, which must happen in the
   * same tick.
   *
   * @throws DroverError NO_TARGET when every target is stopping
   */
  choose(name: string): string | null {
    const selector = this.config.current.selectors.get(name);
    if (!selector) return null;
    const target = this.target(name, selector);
    if (target !== undefined) return target;
    const message = `selector "${printable(name)}" has no available ${selector.strategy} targets`;
    throw new DroverError('NO_TARGET', message, { retryAfterSeconds: RETRY_AFTER_S });
  }

  private target(name: string, selector: SelectorConfig): string | undefined {
    const { strategy, targets } = selector;
    if (strategy === 'spillover') return this.spill(name, selector);
    if (strategy === 'pin') return targets[0];
    const inState = (state: string): string | undefined =>
      targets.find((target) => this.stateOf(target) === state);
    return inState('ready') ?? inState('starting') ?? targets[0];
  }

  private spill(name: string, { targets, spillover }: SelectorConfig): string | undefined {
    const candidates = targets.flatMap((target) => this.candidate(target) ?? []);
    const active = candidates.filter(({ isActive }) => isActive);
    const cold = candidates.find(({ isActive }) => !isActive);
    const least = Math.min(...active.map(({ load }) => load));
    if (active.length === 0 || (least >= spillover && cold)) return cold?.name;
    const tied = active.filter(({ load }) => load === least);
    const turn = this.turns.get(name) ?? 0;
    this.turns.set(name, turn + 1);
    return tied[turn % tied.length]!.name;
  }

  /** Null for a target that is stopping or means nothing. */
  private candidate(name: string): Candidate | null {
    const resolved = this.router.resolve(name);
    if (!resolved) return null;
    const load = this.loads.of(resolved);
    if (resolved.kind === 'peer') return { name, load, isActive: load > 0 };
    const state = this.states.stateOf(resolved.model);
    if (state === 'stopping') return null;
    return { name, load, isActive: load > 0 || state === 'ready' || state === 'starting' };
  }

  private stateOf(target: string): string | null {
    const resolved = this.router.resolve(target);
    return resolved?.kind === 'local' ? this.states.stateOf(resolved.model) : null;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { CallWatchers } from '../calls/call.watchers.js';
import { CallFollower, CallWatcher, FollowedCall } from '../calls/followed-call.interface.js';
import {
  MODEL_ROUTER,
  type ModelRouter,
  ResolvedModel,
} from '../composition/model-router.interface.js';

/**
 * How many calls are on their way to each model, whoever has sent them there: a selector, another
 * selector, or a client that named the model itself. A call counts from the tick in which its model
 * is chosen until it has ended, so a choice is a reservation.
 */
@Injectable()
export class TargetLoads implements CallWatcher {
  private readonly calls = new Map<string, number>();

  constructor(
    private readonly config: ConfigStore,
    @Inject(MODEL_ROUTER) private readonly router: ModelRouter,
    watchers: CallWatchers,
  ) {
    watchers.add(this);
  }

  follow(call: FollowedCall): CallFollower | null {
    if (this.config.current.selectors.size === 0) return null;
    const target = this.router.resolve(call.requestedModel);
    if (!target) return null;
    const key = keyOf(target);
    this.add(key, 1);
    return { onClosed: () => this.add(key, -1) };
  }

  /** Calls on their way to a model. */
  of(target: ResolvedModel): number {
    return this.calls.get(keyOf(target)) ?? 0;
  }

  private add(key: string, change: number): void {
    const count = (this.calls.get(key) ?? 0) + change;
    if (count > 0) this.calls.set(key, count);
    else this.calls.delete(key);
  }
}

function keyOf(target: ResolvedModel): string {
  return target.kind === 'local' ? `local ${target.model}` : `${target.peer} ${target.model}`;
}

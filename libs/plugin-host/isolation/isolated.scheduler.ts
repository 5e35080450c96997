import { DroverError } from '#lib/foundation';
import {
  Failure,
  ModelState,
  RequestScheduler,
  ScheduledRequest,
  SchedulerConfig,
  SchedulerEffects,
  SchedulerSnapshot,
  SwapOutcome,
} from '#lib/plugin-api';
import { LONGEST_WAIT_MS } from './call-budget.js';
import { Asked, PluginAnswer, PluginThread } from './plugin-thread.js';

/** What an {@link IsolatedScheduler} stands for. */
export interface IsolatedSchedulerPlace {
  readonly thread: PluginThread;
  readonly name: string;
  readonly effects: SchedulerEffects;
}

const NOTHING: SchedulerSnapshot = {
  swaps: [],
  queue: [],
  inFlight: new Map(),
  reserved: new Map(),
};

/**
 * A scheduler that thinks in a thread of its own. It is asked event by event and acts through the
 * effects before it answers. One that does not answer in time has lost its state: every call then
 * throws `PLUGIN_CUT_OFF`, and the router lets another scheduler take over.
 */
export class IsolatedScheduler implements RequestScheduler {
  private readonly object: number;
  private readonly generation: number;
  private readonly timers = new Map<number, () => void>();
  private readonly asked: Asked;
  private latest = NOTHING;
  private isInEvent = false;
  private failure: Error | null = null;

  /** @throws PluginConfigError as the plugin does, DroverError `PLUGIN_CUT_OFF` */
  constructor(
    private readonly place: IsolatedSchedulerPlace,
    config: SchedulerConfig,
  ) {
    const { thread } = place;
    this.asked = this.effectsFor();
    this.object = thread.nextObject();
    this.generation = thread.generation;
    const order = { object: 0, method: 'createScheduler', keepAs: this.object, givesAsks: true };
    this.perform(() => thread.call({ ...order, args: [config, {}], asks: this.asked }));
  }

  request(request: ScheduledRequest): void {
    this.tell('request', plain(request));
  }

  cancel(requestId: number): void {
    this.tell('cancel', requestId);
  }

  swapDone(swapId: number, outcome: SwapOutcome): void {
    if (!outcome.ok) this.failure = outcome.error;
    this.tell('swapDone', swapId, outcome);
  }

  serveDone(request: ScheduledRequest): void {
    this.tell('serveDone', plain(request));
  }

  processChanged(model: string, from: ModelState, to: ModelState): void {
    this.tell('processChanged', model, from, to);
  }

  unload(models: readonly string[]): 'later' | void {
    if (this.tell('unload', models) === 'later') return 'later';
  }

  unloadDone(models: readonly string[]): void {
    this.tell('unloadDone', models);
  }

  reconfigure(config: SchedulerConfig): void {
    this.tell('reconfigure', config);
  }

  shutdown(): void {
    this.tell('shutdown');
  }

  /** Within an event: as it was before the event. */
  snapshot(): SchedulerSnapshot {
    if (!this.isInEvent) this.latest = this.tell('snapshot') as SchedulerSnapshot;
    return this.latest;
  }

  private tell(method: string, ...args: readonly unknown[]): unknown {
    const { object, place, asked } = this;
    return this.perform(() => place.thread.call({ object, method, args, asks: asked }));
  }

  /** Where no answer comes, an event may be half done: there is no way to go on with it. */
  private perform(call: () => PluginAnswer): unknown {
    const { thread, name } = this.place;
    if (thread.generation === this.generation) {
      const answer = this.inEvent(call);
      if (answer.kind === 'value') return answer.value;
      thread.cutOff(`an event was not handled within ${LONGEST_WAIT_MS} ms`);
    }
    for (const cancelTimer of this.timers.values()) cancelTimer();
    this.timers.clear();
    throw new DroverError('PLUGIN_CUT_OFF', `the scheduler ${name} does not answer any more`);
  }

  private inEvent(call: () => PluginAnswer): PluginAnswer {
    this.isInEvent = true;
    try {
      return call();
    } finally {
      this.isInEvent = false;
    }
  }

  /** An error loses its code on the way to the plugin and back: the original is used. */
  private fail(request: ScheduledRequest, failure: Failure): void {
    const { failure: original } = this;
    const isOriginal =
      failure.kind === 'start-failed' && original?.message === failure.error.message;
    this.place.effects.fail(request, isOriginal ? { ...failure, error: original } : failure);
  }

  private effectsFor(): Asked {
    const { effects } = this.place;
    return {
      nowMs: () => effects.nowMs(),
      state: (model: string) => effects.state(model),
      resident: () => effects.resident(),
      statistics: (model: string) => effects.statistics(model),
      plan: (...args: Parameters<SchedulerEffects['plan']>) => effects.plan(...args),
      startSwap: (...args: Parameters<SchedulerEffects['startSwap']>) => effects.startSwap(...args),
      cancelSwap: (swapId: number) => effects.cancelSwap(swapId),
      grant: (request: ScheduledRequest) => effects.grant(request),
      reject: (...args: Parameters<SchedulerEffects['reject']>) => effects.reject(...args),
      fail: (request: ScheduledRequest, failure: Failure) => this.fail(request, failure),
      resumeUnload: () => effects.resumeUnload(),
      queuePositions: (positions: ReadonlyMap<number, number>) => effects.queuePositions(positions),
      after: (delayMs: number, token: number) => this.after(delayMs, token),
      cancelTimer: (token: number) => this.cancelTimer(token),
    };
  }

  private after(delayMs: number, token: number): void {
    const cancel = this.place.effects.after(delayMs, () => {
      this.timers.delete(token);
      this.tell('fire', token);
    });
    this.timers.set(token, cancel);
  }

  private cancelTimer(token: number): void {
    this.timers.get(token)?.();
    this.timers.delete(token);
  }
}

/** A request crosses as the three things that a scheduler may know of it. */
function plain({ id, model, arrivedMs }: ScheduledRequest): ScheduledRequest {
  return { id, model, arrivedMs };
}

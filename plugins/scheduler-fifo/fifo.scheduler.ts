import {
  Failure,
  RequestScheduler,
  ScheduledRequest,
  SchedulerConfig,
  SchedulerEffects,
  SchedulerModel,
  SchedulerSnapshot,
  SwapOutcome,
} from '#lib/plugin-api';
import { ActiveSwaps } from './active-swaps.js';
import { Mailbox } from './mailbox.js';
import { Slots } from './slots.js';
import { WaitingLine } from './waiting-line.js';

/**
 * Collating first-come-first-served scheduler.
 *
 * An arriving request joins the active swap of its model; else it is granted when the model is
 * ready and nothing must be evicted; else it waits while a swap is in the way or a victim is busy;
 * else it begins a swap. The queue is walked again when a swap has ended, when a model has become
 * idle, when a capped model has a free place and when an unload has ended.
 */
export class FifoScheduler implements RequestScheduler {
  private readonly queue = new WaitingLine((model) => this.model(model)?.priority ?? 0);
  private readonly swaps = new ActiveSwaps();
  private readonly inFlight = new Slots();
  private readonly reserved = new Slots();
  private readonly mailbox = new Mailbox();
  private lastSwapId = 0;
  private down = false;

  constructor(
    private config: SchedulerConfig,
    private readonly effects: SchedulerEffects,
  ) {}

  request(request: ScheduledRequest): void {
    if (this.down) return this.effects.fail(request, { kind: 'shutting-down' });
    this.mailbox.deliver({ admits: request.id, handle: () => this.admit(request) });
  }

  cancel(requestId: number): void {
    if (this.mailbox.withdraw(requestId)) {
      // The client left before it was admitted: there is nothing to give back.
      return;
    }
    this.mailbox.deliver({ handle: () => this.forget(requestId) });
  }

  swapDone(swapId: number, outcome: SwapOutcome): void {
    this.mailbox.deliver({ handle: () => this.endSwap(swapId, outcome) });
  }

  serveDone(request: ScheduledRequest): void {
    this.mailbox.deliver({ handle: () => this.endService(request) });
  }

  /** Idle unloads, crashes and exits of victims do not re-examine the queue, as in the reference. */
  processChanged(): void {}

  unload(models: readonly string[]): 'later' | void {
    if (this.mailbox.holding) {
      this.mailbox.deliver({ handle: () => this.resumeUnload(models) });
      return 'later';
    }
    this.beginUnload(models);
  }

  unloadDone(): void {
    if (this.down) return;
    this.drain();
    this.mailbox.release();
  }

  reconfigure(config: SchedulerConfig): void {
    this.config = config;
    this.queue.resort();
    this.mailbox.deliver({ handle: () => this.drain() });
  }

  shutdown(): void {
    this.down = true;
    for (const swap of this.swaps.list()) this.giveUp(swap.id, { kind: 'shutting-down' });
    for (const request of this.queue.takeWhere(() => true)) {
      this.fail(request, { kind: 'shutting-down' });
    }
    this.mailbox.release();
  }

  snapshot(): SchedulerSnapshot {
    return {
      swaps: this.swaps.list().map(({ id, target, evict, waiters }) => {
        return { id, target, evict, waiters: waiters.map((waiter) => waiter.id) };
      }),
      queue: [...this.queue.list()],
      inFlight: this.inFlight.snapshot(),
      reserved: this.reserved.snapshot(),
    };
  }

  private admit(request: ScheduledRequest): void {
    if (this.down) return this.effects.fail(request, { kind: 'shutting-down' });
    const model = this.model(request.model);
    if (!model) return this.effects.reject(request, 'unknown-model');
    const places = model.concurrencyLimit + (model.queueLimit ?? 0);
    if (this.reserved.of(request.model) >= places) return this.effects.reject(request, 'limit');
    this.reserved.take(request.model);
    if (!this.proceed(request)) this.enqueue(request);
  }

  /** Serves, joins or swaps for the request if that can be done now. */
  private proceed(request: ScheduledRequest): boolean {
    const { model } = request;
    const active = this.swaps.for(model);
    if (active) {
      active.waiters.push(request);
      return true;
    }
    const live = this.swaps.liveFor(model, this.effects.resident());
    const plan = this.effects.plan(model, live);
    const collides = this.swaps.collides(model, plan.evict);
    const ready = this.effects.state(model) === 'ready';
    if (ready && plan.evict.length === 0 && !collides) return this.grantWithinLimit(request);
    if (collides || plan.evict.some((victim) => this.inFlight.of(victim) > 0)) return false;
    const swap = { id: ++this.lastSwapId, target: model, evict: plan.evict, waiters: [request] };
    this.swaps.add(swap);
    this.effects.startSwap({ id: swap.id, target: model, evict: plan.evict }, plan);
    return true;
  }

  /** True when the request is settled: granted, or its client was gone. */
  private grantWithinLimit(request: ScheduledRequest): boolean {
    const limit = this.model(request.model)?.concurrencyLimit ?? Infinity;
    if (this.inFlight.of(request.model) >= limit) return false;
    if (this.effects.grant(request)) this.inFlight.take(request.model);
    else this.reserved.free(request.model);
    return true;
  }

  private enqueue(request: ScheduledRequest): void {
    this.queue.insert(request);
    this.publishPositions();
  }

  /** One walk from front to back; a request behind a blocked one may proceed. */
  private drain(): void {
    if (this.queue.length === 0) return;
    this.queue.takeWhere((request) => this.proceed(request));
    this.publishPositions();
  }

  private endSwap(swapId: number, outcome: SwapOutcome): void {
    const swap = this.swaps.take(swapId);
    if (!swap) return;
    for (const waiter of swap.waiters) {
      if (!outcome.ok) this.fail(waiter, { kind: 'start-failed', error: outcome.error });
      else if (!this.grantWithinLimit(waiter)) this.queue.insert(waiter);
    }
    this.drain();
  }

  private endService(request: ScheduledRequest): void {
    const { model } = request;
    this.inFlight.free(model);
    this.reserved.free(model);
    if (this.down) return;
    const capped = (this.model(model)?.queueLimit ?? null) !== null;
    if (capped || this.inFlight.of(model) === 0) this.drain();
  }

  private forget(requestId: number): void {
    const request = this.queue.remove(requestId) ?? this.swaps.removeWaiter(requestId);
    if (!request) return;
    this.reserved.free(request.model);
    this.publishPositions();
  }

  private resumeUnload(models: readonly string[]): void {
    if (this.down) return;
    this.effects.resumeUnload();
    this.beginUnload(models);
  }

  private beginUnload(models: readonly string[]): void {
    this.mailbox.hold();
    for (const model of models) {
      const swap = this.swaps.for(model);
      if (swap) this.giveUp(swap.id, { kind: 'unloaded' });
    }
    for (const request of this.queue.takeWhere(({ model }) => models.includes(model))) {
      this.fail(request, { kind: 'unloaded' });
    }
  }

  private giveUp(swapId: number, failure: Failure): void {
    const swap = this.swaps.take(swapId);
    this.effects.cancelSwap(swapId);
    for (const waiter of swap?.waiters ?? []) this.fail(waiter, failure);
  }

  private fail(request: ScheduledRequest, failure: Failure): void {
    this.reserved.free(request.model);
    this.effects.fail(request, failure);
  }

  private publishPositions(): void {
    this.effects.queuePositions(this.queue.positions());
  }

  private model(id: string): SchedulerModel | undefined {
    return this.config.models.get(id);
  }
}

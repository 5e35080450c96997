import { DroverError } from '#lib/foundation';
import {
  ModelState,
  RequestScheduler,
  ScheduledRequest,
  SchedulerConfig,
  SchedulerEffects,
  SchedulerPlugin,
  SchedulerSnapshot,
  SwapOutcome,
} from '#lib/plugin-api';
import { ModelLedger } from './model-ledger.js';
import { RequestDesk } from './request.desk.js';
import { RouterLog } from './router-observer.interface.js';
import { SchedulerHost } from './scheduler.host.js';
import { SwapExecutor } from './swap.executor.js';
import { UnloadDesk } from './unload.desk.js';

/** What a {@link SchedulerSeat} works with. */
export interface SchedulerSeatParts {
  readonly plugin: SchedulerPlugin;
  /** Takes over when the plugin's scheduler was cut off; null: nobody does. */
  readonly fallback: SchedulerPlugin | null;
  readonly config: () => SchedulerConfig;
  readonly host: SchedulerHost;
  readonly desk: RequestDesk;
  readonly ledger: ModelLedger;
  readonly executor: SwapExecutor;
  readonly unloads: UnloadDesk;
  readonly log: RouterLog;
}

/**
 * The place of the router's scheduler. When the one that sits there was cut off, the fallback takes
 * over within the same event: swaps under way are given up, who waits is asked for anew in order of
 * arrival, and what is being served goes on.
 */
export class SchedulerSeat implements RequestScheduler {
  private present: RequestScheduler;
  private isDown = false;

  constructor(private readonly parts: SchedulerSeatParts) {
    this.present = parts.plugin.createScheduler(parts.config(), this.effects());
  }

  request(request: ScheduledRequest): void {
    this.run((scheduler) => scheduler.request(request));
  }

  cancel(requestId: number): void {
    this.run((scheduler) => scheduler.cancel(requestId));
  }

  swapDone(swapId: number, outcome: SwapOutcome): void {
    this.run((scheduler) => scheduler.swapDone(swapId, outcome));
  }

  serveDone(request: ScheduledRequest): void {
    this.run((scheduler) => scheduler.serveDone(request));
  }

  processChanged(model: string, from: ModelState, to: ModelState): void {
    this.run((scheduler) => scheduler.processChanged(model, from, to));
  }

  unload(models: readonly string[]): 'later' | void {
    return this.run((scheduler) => scheduler.unload(models));
  }

  unloadDone(models: readonly string[]): void {
    this.run((scheduler) => scheduler.unloadDone(models));
  }

  reconfigure(config: SchedulerConfig): void {
    this.run((scheduler) => scheduler.reconfigure(config));
  }

  prefer(model: string): boolean {
    return this.run((scheduler) => scheduler.prefer?.(model)) ?? false;
  }

  shutdown(): void {
    this.isDown = true;
    this.run((scheduler) => scheduler.shutdown());
  }

  snapshot(): SchedulerSnapshot {
    const snapshot = this.run((scheduler) => scheduler.snapshot());
    return snapshot ?? this.present.snapshot();
  }

  /** After a take-over the event is not repeated: the new scheduler has been told of everything. */
  private run<Result>(event: (scheduler: RequestScheduler) => Result): Result | undefined {
    try {
      return event(this.present);
    } catch (error) {
      const isCutOff = error instanceof DroverError && error.code === 'PLUGIN_CUT_OFF';
      if (!isCutOff || !this.parts.fallback) throw error;
      this.takeOver(this.parts.fallback, error.message);
      return undefined;
    }
  }

  private takeOver(fallback: SchedulerPlugin, why: string): void {
    const { host, executor, ledger, unloads, desk, config, log } = this.parts;
    log.error(`${why}; another scheduler takes over until Drover is started again`);
    host.end();
    executor.cancelAll();
    this.present = fallback.createScheduler(config(), this.effects());
    if (this.isDown) return this.present.shutdown();
    for (const [model, inFlight] of ledger.busy()) this.present.adopt?.(model, inFlight);
    unloads.restate(this.present);
    for (const request of desk.list()) {
      if (!request.settled) this.present.request(request);
    }
  }

  /**
   * Timers of a scheduler are events, too: one of them may be where it is found to be cut off. A `Proxy`
   * around the host would say so in less, and cost each request more than the decision itself.
   */
  private effects(): SchedulerEffects {
    const { host } = this.parts;
    return {
      nowMs: () => host.nowMs(),
      after: (delayMs, callback) => host.after(delayMs, () => this.run(callback)),
      state: (model) => host.state(model),
      resident: () => host.resident(),
      statistics: (model) => host.statistics(model),
      plan: (target, resident) => host.plan(target, resident),
      startSwap: (order, plan) => host.startSwap(order, plan),
      cancelSwap: (swapId) => host.cancelSwap(swapId),
      grant: (request) => host.grant(request),
      reject: (request, rejection) => host.reject(request, rejection),
      fail: (request, failure) => host.fail(request, failure),
      resumeUnload: () => host.resumeUnload(),
      queuePositions: (positions) => host.queuePositions(positions),
    };
  }
}

import { CancelTimer, Clock } from '#lib/foundation';
import {
  Failure,
  ModelState,
  ModelStatistics,
  Plan,
  Planner,
  Rejection,
  ScheduledRequest,
  SchedulerEffects,
  SwapOrder,
} from '#lib/plugin-api';
import { EventLoop } from './event-loop.js';
import { PlanQuestions } from './plan-questions.js';
import { ProcessRoster } from './process.roster.js';
import { RequestDesk } from './request.desk.js';
import { retryAfterSeconds } from './retry-after.js';
import { failureError, modelNotFound, notReady, tooManyRequests } from './router-errors.js';
import { RouterObserver } from './router-observer.interface.js';
import { RoutedModel } from './router-settings.interface.js';
import { SwapExecutor } from './swap.executor.js';

/** What the effects act on. */
export interface SchedulerHostParts {
  readonly clock: Clock;
  readonly loop: EventLoop;
  readonly roster: ProcessRoster;
  readonly desk: RequestDesk;
  readonly questions: PlanQuestions;
  readonly executor: SwapExecutor;
  readonly planner: () => Planner;
  readonly model: (id: string) => RoutedModel | undefined;
  readonly resumeUnload: () => void;
  readonly observe: RouterObserver;
}

/** The effects that the router gives its scheduler; every one returns at once. */
export class SchedulerHost implements SchedulerEffects {
  private readonly timers = new Set<CancelTimer>();

  constructor(private readonly parts: SchedulerHostParts) {}

  nowMs(): number {
    return this.parts.clock.nowMs();
  }

  after(delayMs: number, callback: () => void): () => void {
    const { clock, loop } = this.parts;
    const cancelTimer = clock.after(delayMs, () => {
      this.timers.delete(cancelTimer);
      loop.dispatch(callback);
    });
    this.timers.add(cancelTimer);
    return () => {
      this.timers.delete(cancelTimer);
      cancelTimer();
    };
  }

  state(model: string): ModelState {
    return this.parts.roster.state(model);
  }

  resident(): readonly string[] {
    return this.parts.roster.resident();
  }

  statistics(model: string): ModelStatistics {
    return this.parts.questions.statistics(model);
  }

  plan(target: string, resident: readonly string[]): Plan {
    const question = this.parts.questions.ask(target, resident, this.nowMs());
    return this.parts.planner().plan(question);
  }

  startSwap(order: SwapOrder, plan: Plan): void {
    const { questions, roster, executor, observe } = this.parts;
    const question = questions.ask(order.target, roster.resident(), this.nowMs());
    this.parts.planner().swapStarted?.(question, plan);
    observe.swapStarted?.({ order, plan, question });
    executor.start(order);
  }

  cancelSwap(swapId: number): void {
    this.parts.executor.cancel(swapId);
  }

  grant({ id, model }: ScheduledRequest): boolean {
    const { roster, desk, observe } = this.parts;
    const upstream = roster.get(model)?.upstream;
    if (roster.state(model) !== 'ready' || !upstream) {
      desk.fail(id, notReady(model));
      return false;
    }
    const priority = this.parts.model(model)?.priority ?? 0;
    const lease = desk.grant(id, { model, upstream, priority });
    if (lease) observe.granted?.({ model, waitedMs: lease.waitedMs });
    return lease !== null;
  }

  reject({ id, model }: ScheduledRequest, rejection: Rejection): void {
    const { desk, observe } = this.parts;
    const error =
      rejection === 'limit' ? tooManyRequests(this.retryAfter(model)) : modelNotFound(model);
    observe.rejected?.({ model, rejection });
    desk.fail(id, error);
  }

  fail({ id, model }: ScheduledRequest, failure: Failure): void {
    this.parts.desk.fail(id, failureError(model, failure));
  }

  resumeUnload(): void {
    this.parts.resumeUnload();
  }

  queuePositions(positions: ReadonlyMap<number, number>): void {
    for (const [id, position] of positions) this.parts.desk.find(id)?.position(position);
  }

  /** Cancels every timer of the scheduler. */
  end(): void {
    for (const cancelTimer of this.timers) cancelTimer();
    this.timers.clear();
  }

  private retryAfter(model: string): number {
    const settings = this.parts.model(model);
    return retryAfterSeconds({
      estimated: (settings?.queueLimit ?? null) !== null,
      ready: this.state(model) === 'ready',
      concurrencyLimit: settings?.concurrencyLimit ?? 1,
      ...this.statistics(model),
    });
  }
}

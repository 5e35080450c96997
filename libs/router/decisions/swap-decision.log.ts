import { Clock } from '#lib/foundation';
import { PlanQuestion } from '#lib/plugin-api';
import { RouterObserver, SwapEnd, SwapStart } from '../router-observer.interface.js';
import { RunningModel, SwapDecision } from './swap-decision.interface.js';

/** Decisions that are kept; older ones are forgotten. */
const MOST_DECISIONS = 200;

/** Remembers the latest swap decisions. An observer of the router. */
export class SwapDecisionLog implements RouterObserver {
  private readonly decisions = new Map<number, SwapDecision>();

  /**
   * @param decided told each new decision
   * @param ended told each decision again once its swap has ended
   */
  constructor(
    private readonly clock: Clock,
    private readonly decided: (decision: SwapDecision) => void = () => {},
    private readonly ended: (decision: SwapDecision) => void = () => {},
  ) {}

  /** The latest decisions, newest first. */
  list(): SwapDecision[] {
    return [...this.decisions.values()].toReversed();
  }

  swapStarted({ order, plan, question }: SwapStart): void {
    const decision: SwapDecision = {
      id: order.id,
      atMs: this.clock.wallMs(),
      target: order.target,
      waiting: question.targetWaiting ?? 0,
      running: runningOf(question),
      evicted: order.evict,
      choice: plan.choice ?? null,
      cost: plan.cost ?? null,
      candidates: plan.candidates ?? [],
      waitReason: order.waitReason ?? null,
      outcome: 'running',
      tookMs: null,
      error: null,
    };
    this.decisions.set(order.id, decision);
    this.forget();
    this.decided(decision);
  }

  swapEnded({ order, tookMs, error }: SwapEnd): void {
    const decision = this.decisions.get(order.id);
    if (!decision) return;
    const failed = error instanceof Error;
    const outcome = failed ? 'failed' : (error ?? 'ready');
    const message = failed ? error.message : null;
    const complete: SwapDecision = { ...decision, outcome, tookMs, error: message };
    this.decisions.set(order.id, complete);
    this.ended(complete);
  }

  private forget(): void {
    const [oldest] = this.decisions.keys();
    if (oldest !== undefined && this.decisions.size > MOST_DECISIONS) this.decisions.delete(oldest);
  }
}

function runningOf({ resident, nowMs }: PlanQuestion): RunningModel[] {
  return resident.map(({ model, state, inFlight, waiting, lastUsedMs }) => {
    const idleMs = lastUsedMs === null ? null : Math.round(nowMs - lastUsedMs);
    return { model, state, inFlight, waiting, idleMs: inFlight > 0 ? 0 : idleMs };
  });
}

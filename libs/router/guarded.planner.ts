import { Clock } from '#lib/foundation';
import { Plan, Planner, PlanQuestion } from '#lib/plugin-api';
import { RouterLog } from './router-observer.interface.js';

/** A plan that takes longer delays every request; it is reported. */
const SLOW_PLAN_MS = 20;

/** A fault of one kind is reported at most so often. */
const REPORT_EVERY_MS = 60_000;

/** Slowness must not hide a failure that comes within the same minute. */
type Fault = 'slow' | 'plan' | 'swapStarted';

/**
 * Keeps a planner within its contract: what it throws becomes the safe plan to run the target alone,
 * it can neither evict the target nor what is not resident, and slowness is reported.
 */
export class GuardedPlanner implements Planner {
  private readonly reportedMs = new Map<Fault, number>();

  constructor(
    private readonly planner: Planner,
    private readonly tools: { readonly clock: Clock; readonly log: RouterLog },
  ) {}

  plan(question: PlanQuestion): Plan {
    const beganMs = this.tools.clock.nowMs();
    try {
      const plan = this.planner.plan(question);
      const tookMs = this.tools.clock.nowMs() - beganMs;
      if (tookMs > SLOW_PLAN_MS) this.report('slow', `took ${Math.round(tookMs)} ms for a plan`);
      return plan.evict.length === 0 ? plan : { ...plan, evict: legal(plan.evict, question) };
    } catch (error) {
      this.report('plan', `failed, ${question.target} will run alone: ${String(error)}`);
      const everybody = question.resident.map(({ model }) => model);
      return { evict: legal(everybody, question), choice: 'alone (planner failed)' };
    }
  }

  canRunTogether(models: readonly string[]): boolean {
    return this.planner.canRunTogether(models);
  }

  swapStarted(question: PlanQuestion, plan: Plan): void {
    try {
      this.planner.swapStarted?.(question, plan);
    } catch (error) {
      this.report('swapStarted', `failed in swapStarted: ${String(error)}`);
    }
  }

  private report(fault: Fault, what: string): void {
    const nowMs = this.tools.clock.nowMs();
    if (nowMs - (this.reportedMs.get(fault) ?? -Infinity) < REPORT_EVERY_MS) return;
    this.reportedMs.set(fault, nowMs);
    this.tools.log.error(`planner ${this.planner.constructor.name} ${what}`);
  }
}

function legal(evict: readonly string[], { target, resident }: PlanQuestion): string[] {
  return evict.filter(
    (victim) => victim !== target && resident.some(({ model }) => model === victim),
  );
}

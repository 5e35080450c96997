import { ModelState, Plan, WaitReason } from '#lib/plugin-api';

/** Why a swap happened: what was asked, what was running, what was weighed and what came of it. */
export interface SwapDecision {
  /** Number of the swap, unique within the life of the router. */
  readonly id: number;
  /** Wall-clock time of the decision, Unix milliseconds. */
  readonly atMs: number;
  /** Model that was wanted. */
  readonly target: string;
  /** Requests that waited for it. */
  readonly waiting: number;
  /** Models that held memory or were about to. */
  readonly running: readonly RunningModel[];
  readonly evicted: readonly string[];
  /** What the planner chose: a set's name, a group, a rule; null when it does not say. */
  readonly choice: string | null;
  /** In the planner's own unit; null when it does not say. */
  readonly cost: number | null;
  /** What was weighed, best first. */
  readonly candidates: NonNullable<Plan['candidates']>;
  /** Why the swap could not begin earlier; null when nothing was in its way or nobody says. */
  readonly waitReason: WaitReason | null;
  readonly outcome: 'running' | 'ready' | 'failed' | 'cancelled';
  /** Begin to end, milliseconds; null while the swap is running. */
  readonly tookMs: number | null;
  /** Why it has failed; null otherwise. */
  readonly error: string | null;
}

/** One model that held memory when a swap was decided. */
export interface RunningModel {
  readonly model: string;
  readonly state: ModelState;
  readonly inFlight: number;
  readonly waiting: number;
  /** Time since its last use, milliseconds; null when it was never used. */
  readonly idleMs: number | null;
}

import { ErrorCode } from '#lib/foundation';
import { Plan, PlanQuestion, Rejection, SwapOrder } from '#lib/plugin-api';
import { StopReason } from './routed-process.interface.js';

/**
 * Told what the router does, after it has been done. An observer changes nothing: what it throws is
 * logged and otherwise without effect.
 */
export interface RouterObserver {
  /** A swap begins. */
  swapStarted?(event: SwapStart): void;
  /** A swap has ended; `error` is null for success, `cancelled` when it was given up. */
  swapEnded?(event: SwapEnd): void;
  /** A request has got its model. */
  granted?(event: { readonly model: string; readonly waitedMs: number }): void;
  /** A granted request has ended. */
  released?(event: { readonly model: string; readonly servedMs: number }): void;
  /** A request was refused at arrival. */
  rejected?(event: { readonly model: string; readonly rejection: Rejection }): void;
  /** A request that waited has ended without its model. */
  failed?(event: { readonly model: string; readonly code: ErrorCode }): void;
  /** The router has asked a process to stop. */
  stopping?(event: { readonly model: string; readonly reason: StopReason }): void;
}

/** Begin of a swap. */
export interface SwapStart {
  readonly order: SwapOrder;
  readonly plan: Plan;
  /** The situation in which it was decided. */
  readonly question: PlanQuestion;
}

/** End of a swap. */
export interface SwapEnd {
  readonly order: SwapOrder;
  readonly tookMs: number;
  readonly error: Error | 'cancelled' | null;
}

/** Where the router writes what an operator has to know; Nest's `Logger` fits. */
export interface RouterLog {
  log(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

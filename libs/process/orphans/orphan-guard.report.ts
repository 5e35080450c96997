import { GuardRung } from './guard-rung.js';

/** How children are kept from outliving Drover, for health details and the log. */
export interface OrphanGuardReport {
  readonly rung: GuardRung;
  /** Whether the helper runs that kills the process groups when Drover is gone. */
  readonly watchdog: boolean;
  /** File that the next start cleans up by; null when it could not be kept. */
  readonly stateFile: string | null;
  /** Leftovers of an earlier Drover that were killed at this start. */
  readonly swept: number;
}

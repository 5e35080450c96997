import { ModelState } from '#lib/plugin-api';

/** A routing trace, format `routing-trace/1`: a configuration, a world, inputs and what must follow. */
export interface Trace {
  readonly format?: string;
  readonly id: string;
  readonly title?: string;
  readonly parity?: 'must' | 'baseline' | 'defect';
  readonly tags?: readonly string[];
  readonly config: TraceConfig;
  readonly world: Readonly<Record<string, TraceModelWorld>>;
  readonly initial?: { readonly ready?: readonly string[] };
  readonly inputs: readonly TraceInput[];
  readonly hints?: TraceHints;
  readonly expect?: TraceExpectation;
  readonly require?: readonly TraceRequirement[];
}

/** Planner, limits and priorities of a trace. */
export interface TraceConfig {
  readonly router: 'group' | 'matrix';
  readonly groups?: Readonly<Record<string, unknown>>;
  readonly matrix?: {
    readonly vars?: Readonly<Record<string, string>>;
    readonly evictCosts?: Readonly<Record<string, number>>;
    readonly sets?: readonly { readonly name: string; readonly dsl: string }[];
  };
  readonly models: Readonly<Record<string, TraceModel>>;
  readonly priority?: Readonly<Record<string, number>>;
  /** Longest load, and grace of evictions; default 120000. */
  readonly healthCheckTimeoutMs?: number;
}

/** One model's settings. */
export interface TraceModel {
  readonly concurrencyLimit?: number;
  /** Most waiting requests; absent: the concurrency limit counts them too. */
  readonly queueLimit?: number;
  /** Idle time before an unload; absent or 0: never. */
  readonly ttlMs?: number;
  /** Grace of unloads and idle unloads; default 10000. */
  readonly unloadTimeoutMs?: number;
}

/** How one model's process behaves. */
export interface TraceModelWorld {
  /** Spawn to ready. */
  readonly loadMs: number;
  /** Stop signal to exit. */
  readonly stopMs: number;
  /** Outcome of the first, second … start: `ok` or `exit:N` (exits N ms after the spawn). */
  readonly starts?: readonly string[];
}

/** What a better planner may know about memory. */
export interface TraceHints {
  readonly vramMb?: Readonly<Record<string, number>>;
  readonly vramTotalMb?: number;
}

/** Something that happens to the router from outside. */
export type TraceInput =
  | {
      readonly at: number;
      readonly do: 'request';
      readonly id: string;
      readonly model: string;
      /** Grant to completion. */
      readonly serviceMs: number;
      /** The client leaves then. */
      readonly cancelAt?: number;
    }
  | { readonly at: number; readonly do: 'unload'; readonly models?: readonly string[] }
  | { readonly at: number; readonly do: 'crash'; readonly model: string }
  | { readonly at: number; readonly do: 'shutdown' };

/** One line of a timeline: time, kind and details. */
export interface TimelineEntry {
  readonly t: number;
  readonly ev: string;
  readonly model?: string;
  readonly req?: string;
  readonly reason?: string;
  readonly evict?: readonly string[];
  readonly models?: readonly string[];
  readonly ok?: boolean;
  readonly position?: number;
}

/** How one request ended. */
export interface TraceOutcome {
  readonly model: string;
  readonly arrive: number;
  readonly result: 'served' | 'failed' | 'error' | 'rejected' | 'cancelled';
  readonly reason?: string;
  readonly granted?: number;
  readonly end: number;
  /** Arrival to grant; absent without a grant. */
  readonly waitMs?: number;
}

/** Totals of a trace; the waits are over served requests. */
export interface TraceSummary {
  readonly evictions: number;
  readonly lastEndMs: number;
  readonly loads: number;
  readonly maxWaitMs: number;
  readonly served: number;
  readonly swaps: number;
  readonly totalWaitMs: number;
}

/** What a replay shows. */
export interface TraceExpectation {
  readonly timeline: readonly TimelineEntry[];
  readonly outcomes: Readonly<Record<string, TraceOutcome>>;
  readonly final: Readonly<Record<string, ModelState>>;
  readonly summary: TraceSummary;
}

/** A replay of one trace. */
export interface SimulationResult extends TraceExpectation {
  readonly id: string;
}

/** Something that must hold in a replay, whatever the scheduler. */
export type TraceRequirement =
  | { readonly kind: 'outcome'; readonly req: string; readonly result: string }
  | { readonly kind: 'wait'; readonly req: string; readonly maxMs: number }
  | { readonly kind: 'loads'; readonly model: string; readonly max: number }
  | { readonly kind: 'final'; readonly model: string; readonly state: string }
  | { readonly kind: 'never'; readonly ev: string; readonly model: string }
  | { readonly kind: 'notStopped'; readonly model: string; readonly reason: string }
  | { readonly kind: 'notBothRunning'; readonly models: readonly string[] }
  | { readonly kind: 'neverEvictBusy' };

import { SwapDecision } from '#lib/router';

/** What happened on the machine in a stretch of time. All times are RFC 3339. */
export interface TimelineView {
  readonly from: string;
  readonly to: string;
  /** Oldest moment of which something is known: the start, or what the limits have left. */
  readonly since: string;
  /** State of each model at `from`, as far as it is known and not `stopped`. */
  readonly initial: readonly { readonly model: string; readonly state: string }[];
  readonly states: readonly StateChangeView[];
  readonly swaps: readonly SwapView[];
  readonly requests: readonly RequestSpanView[];
  readonly marks: readonly MarkView[];
}

/** A model's process has come into a state. */
export interface StateChangeView {
  readonly model: string;
  readonly state: string;
  readonly at: string;
}

/** Why a swap happened. */
export interface SwapView extends Omit<SwapDecision, 'atMs'> {
  readonly at: string;
}

/** The life of one request: waiting until `grantedAt`, served until `endedAt`. */
export interface RequestSpanView {
  /** The number that the list of requests in flight has for it. */
  readonly id: string;
  readonly model: string;
  readonly path: string;
  readonly at: string;
  /** When the model was ready for it; null when it still waits or never got there. */
  readonly grantedAt: string | null;
  /** Null while it goes on. */
  readonly endedAt: string | null;
  readonly outcome: 'running' | 'done' | 'failed' | 'cancelled';
  /** Status of the answer; null when there was none. */
  readonly status: number | null;
}

/** Something that happened to all of Drover. */
export interface MarkView {
  readonly kind: 'reload' | 'profile' | 'start' | 'order';
  readonly at: string;
  readonly text: string;
}

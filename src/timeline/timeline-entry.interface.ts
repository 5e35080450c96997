import { ModelStateEvent } from '#lib/foundation';
import { SwapDecision } from '#lib/router';

/** Something that happened to all of Drover. Wall-clock Unix milliseconds. */
export interface TimelineMark {
  readonly kind: 'reload' | 'profile' | 'start' | 'order';
  readonly atMs: number;
  readonly text: string;
}

/** What is remembered of one request. Times are wall-clock Unix milliseconds. */
export interface RequestRecord {
  readonly id: string;
  readonly model: string;
  readonly path: string;
  readonly atMs: number;
  readonly grantedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly status: number | null;
  readonly outcome: 'running' | 'done' | 'failed' | 'cancelled';
}

/** The four kinds of things on a timeline, each by the name under which it is stored. */
export interface TimelineEntries {
  readonly state: ModelStateEvent;
  readonly request: RequestRecord;
  readonly swap: SwapDecision;
  readonly mark: TimelineMark;
}

/** Kind of a thing on the timeline. */
export type TimelineKind = keyof TimelineEntries;

/** Told of everything that is finished and will not change any more. */
export type TimelineListener = <K extends TimelineKind>(kind: K, entry: TimelineEntries[K]) => void;

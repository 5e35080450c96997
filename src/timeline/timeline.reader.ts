import { Injectable } from '@nestjs/common';
import { formatRfc3339, ModelStateEvent } from '#lib/foundation';
import { SwapDecision, SwapDecisions } from '#lib/router';
import { RequestRecord } from './timeline-entry.interface.js';
import { TimelineRange } from './timeline-range.js';
import { RequestSpanView, TimelineView } from './timeline-view.interface.js';
import { TimelineRecorder } from './timeline.recorder.js';

/** Cuts a stretch out of what is remembered. */
@Injectable()
export class TimelineReader {
  constructor(
    private readonly recorder: TimelineRecorder,
    private readonly decisions: SwapDecisions,
  ) {}

  read({ fromMs, toMs }: TimelineRange): TimelineView {
    const { states, requests, marks } = this.recorder;
    const isWithin = (atMs: number): boolean => atMs >= fromMs && atMs <= toMs;
    const overlaps = (atMs: number, endMs: number | null): boolean =>
      atMs <= toMs && (endMs === null || endMs >= fromMs);
    return {
      from: formatRfc3339(fromMs),
      to: formatRfc3339(toMs),
      since: formatRfc3339(this.sinceMs()),
      initial: statesAt(states.list(), fromMs),
      states: states
        .list()
        .filter(({ atMs }) => isWithin(atMs))
        .map(({ model, to, atMs }) => ({ model, state: to, at: formatRfc3339(atMs) })),
      swaps: this.swaps()
        .filter((swap) => overlaps(swap.atMs, endOf(swap)))
        .map(({ atMs, ...swap }) => ({ ...swap, at: formatRfc3339(atMs) })),
      requests: requests
        .list()
        .filter(({ atMs, endedAtMs }) => overlaps(atMs, endedAtMs))
        .map(viewOf),
      marks: marks
        .list()
        .filter(({ atMs }) => isWithin(atMs))
        .map(({ atMs, ...mark }) => ({ ...mark, at: formatRfc3339(atMs) })),
    };
  }

  /** Ended swaps and those that go on, by the time at which they were decided. */
  private swaps(): SwapDecision[] {
    const running = this.decisions.list().filter(({ outcome }) => outcome === 'running');
    return [...this.recorder.swaps.list(), ...running].toSorted((a, b) => a.atMs - b.atMs);
  }

  private sinceMs(): number {
    const { sinceMs, states, requests, swaps, marks } = this.recorder;
    const forgotten = [states, requests, swaps, marks].map(
      (list) => list.lastForgotten?.atMs ?? sinceMs,
    );
    return Math.max(sinceMs, ...forgotten);
  }
}

function endOf({ atMs, tookMs }: SwapDecision): number | null {
  return tookMs === null ? null : atMs + tookMs;
}

/** What each model was in at a moment; models that were stopped are left out. */
function statesAt(changes: readonly ModelStateEvent[], momentMs: number) {
  const states = new Map<string, string>();
  for (const { model, from, to, atMs } of changes) {
    if (atMs < momentMs) states.set(model, to);
    else if (!states.has(model)) states.set(model, from);
  }
  return [...states]
    .filter(([, state]) => state !== 'stopped')
    .map(([model, state]) => ({ model, state }));
}

function viewOf(span: RequestRecord): RequestSpanView {
  const { id, model, path, outcome, status } = span;
  return {
    id,
    model,
    path,
    at: formatRfc3339(span.atMs),
    grantedAt: timeOf(span.grantedAtMs),
    endedAt: timeOf(span.endedAtMs),
    outcome,
    status,
  };
}

function timeOf(wallMs: number | null): string | null {
  return wallMs === null ? null : formatRfc3339(wallMs);
}

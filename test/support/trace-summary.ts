import { SimulationResult, TimelineEntry, TraceOutcome } from '#lib/router';

/** The figures of a run. */
export function summaryOf(
  timeline: readonly TimelineEntry[],
  outcomes: Readonly<Record<string, TraceOutcome>>,
): SimulationResult['summary'] {
  const all = Object.values(outcomes);
  const waits = all.filter(({ result }) => result === 'served').map(({ waitMs }) => waitMs ?? 0);
  const count = (test: (entry: TimelineEntry) => boolean): number => timeline.filter(test).length;
  return {
    evictions: count(({ ev, reason }) => /stopping|aborting/.test(ev) && reason === 'swap'),
    lastEndMs: Math.max(0, ...all.map(({ end }) => end)),
    loads: count(({ ev }) => ev === 'starting'),
    maxWaitMs: Math.max(0, ...waits),
    served: waits.length,
    swaps: count(({ ev }) => ev === 'swap'),
    totalWaitMs: waits.reduce((sum, wait) => sum + wait, 0),
  };
}

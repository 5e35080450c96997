import {
  SimulationResult,
  TimelineEntry,
  TraceExpectation,
  TraceRequirement,
} from './trace.interface.js';

/** Kinds of a timeline that show how a scheduler works inside; they are not compared. */
const INTERNAL_KINDS = new Set([
  'queue',
  'join',
  'swap',
  'swapDone',
  'unload',
  'unloadDone',
  'shutdown',
  'shutdownDone',
]);

/** The compared lines of a timeline, sorted within each instant: equal when the multisets are. */
export function comparableTimeline(timeline: readonly TimelineEntry[]): string[] {
  return timeline
    .filter(({ ev }) => !INTERNAL_KINDS.has(ev))
    .map(({ t, ev, model = '', req = '', reason = '' }) => ({
      t,
      text: `${t} ${ev} ${model} ${req} ${reason}`.trimEnd(),
    }))
    .toSorted((a, b) => a.t - b.t || (a.text < b.text ? -1 : 1))
    .map(({ text }) => text);
}

/** Everything in which a replay differs from what is expected; empty when nothing does. */
export function differences(result: SimulationResult, expected: TraceExpectation): string[] {
  const found: string[] = [];
  const got = comparableTimeline(result.timeline);
  const wanted = comparableTimeline(expected.timeline);
  found.push(...missing(wanted, got).map((line) => `missing: ${line}`));
  found.push(...missing(got, wanted).map((line) => `unexpected: ${line}`));
  const parts = ['outcomes', 'final', 'summary'] as const;
  for (const part of parts) {
    const [left, right] = [canonical(result[part]), canonical(expected[part])];
    if (left !== right) found.push(`${part}: ${left} instead of ${right}`);
  }
  return found;
}

/** The requirements that a replay breaks, as text; empty when it keeps all of them. */
export function brokenRequirements(
  result: SimulationResult,
  requirements: readonly TraceRequirement[],
): string[] {
  return requirements
    .filter((requirement) => !holds(result, requirement))
    .map((requirement) => JSON.stringify(requirement));
}

function holds({ timeline, outcomes, final }: SimulationResult, rule: TraceRequirement): boolean {
  switch (rule.kind) {
    case 'outcome':
      return outcomes[rule.req]?.result === rule.result;
    case 'wait':
      return (outcomes[rule.req]?.waitMs ?? Infinity) <= rule.maxMs;
    case 'loads':
      return count(timeline, { ev: 'starting', model: rule.model }) <= rule.max;
    case 'final':
      return final[rule.model] === rule.state;
    case 'never':
      return count(timeline, { ev: rule.ev, model: rule.model }) === 0;
    case 'notStopped':
      return count(timeline, { ev: 'stopping', model: rule.model, reason: rule.reason }) === 0;
    case 'notBothRunning':
      return !everTogether(timeline, rule.models);
    case 'neverEvictBusy':
      return !everEvictsBusy(timeline);
    default:
      throw new Error(`unknown requirement ${JSON.stringify(rule satisfies never)}`);
  }
}

function count(timeline: readonly TimelineEntry[], like: Partial<TimelineEntry>): number {
  const keys = Object.keys(like) as (keyof TimelineEntry)[];
  return timeline.filter((entry) => keys.every((key) => entry[key] === like[key])).length;
}

function everTogether(timeline: readonly TimelineEntry[], models: readonly string[]): boolean {
  const running = new Set<string>();
  return timeline.some(({ ev, model }) => {
    if (model === undefined || !models.includes(model)) return false;
    if (ev === 'starting' || ev === 'ready') running.add(model);
    if (ev === 'stopping' || ev === 'stopped' || ev === 'startFailed' || ev === 'crash') {
      running.delete(model);
    }
    return running.size === models.length;
  });
}

function everEvictsBusy(timeline: readonly TimelineEntry[]): boolean {
  const busy = new Map<string, number>();
  return timeline.some(({ ev, model = '', reason }) => {
    const inFlight = busy.get(model) ?? 0;
    if (ev === 'grant') busy.set(model, inFlight + 1);
    if (ev === 'done' || ev === 'failed') busy.set(model, inFlight - 1);
    return ev === 'stopping' && reason === 'swap' && inFlight > 0;
  });
}

function missing(lines: readonly string[], from: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of from) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const available = left.get(line) ?? 0;
    left.set(line, available - 1);
    return available <= 0;
  });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

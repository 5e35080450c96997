import type {
  RequestSpan,
  SwapDecision as SwapRecord,
  Timeline as TimelineAnswer,
  WaitReason,
} from '../api/types.js';

export type {
  PlanCandidate,
  RequestSpan,
  SwapDecision as SwapRecord,
  Timeline as TimelineAnswer,
  WaitReason,
} from '../api/types.js';

/** A stretch in which a model was in one state; times in Unix milliseconds. */
export interface Band {
  readonly kind: 'loading' | 'ready' | 'stopping' | 'failed';
  readonly fromMs: number;
  readonly toMs: number;
  /** Its server has ended by itself. */
  readonly hasCrashed?: true;
}

/** One request drawn above its model's bands. */
export interface RequestMark {
  readonly span: RequestSpan;
  readonly fromMs: number;
  /** End of the waiting part. */
  readonly servedMs: number;
  readonly toMs: number;
  /** Row above the lane, so that overlapping requests do not hide each other. */
  readonly row: number;
}

/** What one model did. */
export interface Lane {
  readonly model: string;
  readonly bands: readonly Band[];
  readonly requests: readonly RequestMark[];
}

const KINDS: Readonly<Record<string, Band['kind']>> = {
  starting: 'loading',
  ready: 'ready',
  stopping: 'stopping',
};

/** Shortest stretch of which a picture says anything. */
const SHORTEST_MS = 60_000;

/** Rows of request marks per lane; what does not fit shares the last one. */
export const REQUEST_ROWS = 4;

/** One lane per model that did anything, in byte order of ids. */
export function timelineLanes(answer: TimelineAnswer): Lane[] {
  const states = Map.groupBy(answer.states, ({ model }) => model);
  const requests = Map.groupBy(answer.requests, ({ model }) => model);
  const initial = new Map(answer.initial.map(({ model, state }) => [model, state]));
  const range = { fromMs: Date.parse(answer.from), toMs: Date.parse(answer.to) };
  const models = new Set([...initial.keys(), ...states.keys(), ...requests.keys()]);
  return [...models].toSorted().map((model) => ({
    model,
    bands: bandsOf(initial.get(model) ?? 'stopped', states.get(model) ?? [], range),
    requests: marksOf(requests.get(model) ?? [], range.toMs),
  }));
}

function bandsOf(
  initial: string,
  changes: TimelineAnswer['states'],
  range: { readonly fromMs: number; readonly toMs: number },
): Band[] {
  const bands: Band[] = [];
  let state = initial;
  let { fromMs } = range;
  const close = (toMs: number, next: string): void => {
    const isFailed = state === 'starting' && next === 'stopped';
    const hasCrashed = state === 'ready' && next === 'stopped';
    const kind = isFailed ? 'failed' : KINDS[state];
    if (!kind || toMs <= fromMs) return;
    bands.push({ kind, fromMs, toMs, ...(hasCrashed && { hasCrashed }) });
  };
  for (const change of changes) {
    const atMs = Date.parse(change.at);
    close(atMs, change.state);
    state = change.state;
    fromMs = atMs;
  }
  close(range.toMs, state);
  return bands;
}

function marksOf(spans: readonly RequestSpan[], endMs: number): RequestMark[] {
  const rowEnds: number[] = [];
  return spans.map((span) => {
    const fromMs = Date.parse(span.at);
    const toMs = span.endedAt === null ? endMs : Date.parse(span.endedAt);
    const servedMs = span.grantedAt === null ? toMs : Date.parse(span.grantedAt);
    let row = rowEnds.findIndex((busyUntilMs) => busyUntilMs <= fromMs);
    if (row < 0) row = Math.min(rowEnds.length, REQUEST_ROWS - 1);
    rowEnds[row] = Math.max(rowEnds[row] ?? 0, toMs);
    return { span, fromMs, servedMs, toMs, row };
  });
}

/** The swap that a waiting request waited for, or null when it waited for none. */
export function swapFor(span: RequestSpan, swaps: readonly SwapRecord[]): SwapRecord | null {
  const grantedMs = span.grantedAt === null ? Infinity : Date.parse(span.grantedAt);
  const arrivedMs = Date.parse(span.at);
  const own = swaps.filter((swap) => {
    const beganMs = Date.parse(swap.at);
    const endedMs = swap.tookMs === null ? Infinity : beganMs + swap.tookMs;
    return swap.target === span.model && beganMs <= grantedMs && endedMs >= arrivedMs;
  });
  return own.at(-1) ?? null;
}

/** One step of a swap. */
export interface SwapStep {
  readonly name: string;
  readonly tookMs: number;
}

/** How long each step of a swap took, as far as the changes of state around it tell. */
export function swapSteps(swap: SwapRecord, states: TimelineAnswer['states']): SwapStep[] {
  const fromMs = Date.parse(swap.at);
  const step = (model: string, state: string, verb: string): SwapStep[] => {
    const own = states.filter((one) => one.model === model && Date.parse(one.at) >= fromMs);
    const begin = own.findIndex((one) => one.state === state);
    const [began, ended] = [own[begin], own[begin + 1]];
    if (!began || !ended) return [];
    return [{ name: `${verb} ${model}`, tookMs: Date.parse(ended.at) - Date.parse(began.at) }];
  };
  return [
    ...swap.evicted.flatMap((model) => step(model, 'stopping', 'Stopping')),
    ...step(swap.target, 'starting', 'Loading'),
  ];
}

/** What a wait reason means, in words. */
export function reasonText(reason: WaitReason | null | undefined): string {
  if (!reason) return '';
  const models = reason.models.join(', ');
  const texts: Readonly<Record<string, string>> = {
    busy: `${models} must go and still has work`,
    leaving: `${models} has to be gone first`,
    loading: 'its model is being loaded',
    reserved: `what it needs is kept for ${models}, which has waited too long`,
    hold: `evicting ${models} is put off for a moment`,
    limit: 'its model serves as many requests as it may',
  };
  return texts[reason.kind] ?? reason.kind;
}

/** Round steps of a time axis: between four and ten ticks for any range. */
export function timeTicks(fromMs: number, toMs: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600];
  const spanMs = toMs - fromMs;
  const stepMs = 1000 * (steps.find((seconds) => spanMs / (seconds * 1000) <= 8) ?? 86_400);
  const first = Math.ceil(fromMs / stepMs) * stepMs;
  const ticks: number[] = [];
  for (let at = first; at <= toMs; at += stepMs) ticks.push(at);
  return ticks;
}

/** The answer from the first moment on of which something is known, but not shorter than a minute. */
export function sinceKnown(answer: TimelineAnswer): TimelineAnswer {
  const latestMs = Date.parse(answer.to) - SHORTEST_MS;
  const sinceMs = Math.min(latestMs, Date.parse(answer.since));
  if (sinceMs <= Date.parse(answer.from)) return answer;
  return { ...answer, from: new Date(sinceMs).toISOString() };
}

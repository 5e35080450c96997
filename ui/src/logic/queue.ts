import type { TrackedRequest } from './inflight.js';
import { reasonText } from './timeline.js';

/** Requests that wait for one model. */
export interface WaitingGroup {
  readonly model: string;
  readonly requests: readonly TrackedRequest[];
  /** Place of its first request; null while its model is being loaded. */
  readonly position: number | null;
  /** Why they wait, in words; empty when nobody says. */
  readonly reason: string;
}

/** Whether a request waits: what older servers say nothing of counts as being served. */
export function isWaiting(request: TrackedRequest): boolean {
  return request.stage === 'queued' || request.stage === 'loading';
}

/** What a request is doing, in words. */
export function stageText(request: TrackedRequest): string {
  if (request.stage === 'loading') return 'Loading';
  if (request.stage !== 'queued') return request.resp_bytes > 0 ? 'Answering' : 'Running';
  return request.queue_position ? `Queued, no. ${request.queue_position}` : 'Queued';
}

/** The waiting requests by model, in the order in which they will be served. */
export function waitingGroups(list: readonly TrackedRequest[]): WaitingGroup[] {
  const byModel = Map.groupBy(list.filter(isWaiting), (request) => request.model);
  const groups = [...byModel].map(([model, requests]): WaitingGroup => {
    const sorted = requests.toSorted((a, b) => placeOf(a) - placeOf(b));
    const isLoading = sorted.some(({ stage }) => stage === 'loading');
    const told = sorted.find(({ wait_reason: reason }) => reason)?.wait_reason;
    return {
      model,
      requests: sorted,
      position: isLoading ? null : (sorted[0]?.queue_position ?? null),
      reason: told ? reasonText(told) : isLoading ? 'its model is being loaded' : '',
    };
  });
  return groups.toSorted((a, b) => placeOf(a.requests[0]!) - placeOf(b.requests[0]!));
}

/** What is being loaded is served before anything that is queued. */
function placeOf({ stage, queue_position: position }: TrackedRequest): number {
  return stage === 'loading' ? 0 : (position ?? Number.MAX_SAFE_INTEGER);
}

/** Whether what came later is served earlier: requests for one model are served together. */
export function isReordered(list: readonly TrackedRequest[]): boolean {
  const queued = list
    .filter(({ stage, queue_position: position }) => stage === 'queued' && position !== undefined)
    .toSorted((a, b) => placeOf(a) - placeOf(b));
  return queued.some((request, index) => {
    const next = queued[index + 1];
    return next !== undefined && Date.parse(next.timestamp) < Date.parse(request.timestamp);
  });
}

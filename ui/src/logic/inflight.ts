import type { InflightChange, InflightRequest } from './live-types.js';
import { naturalCompare } from './natural-order.js';

/** A request being served, with the local time at which its figures were true. */
export interface TrackedRequest extends InflightRequest {
  /** `performance.now()` of receipt, so that elapsed time ticks without trusting clocks. */
  readonly receivedMs: number;
}

/** Applies one change to the list and returns the new list, oldest request first. */
export function applyInflight(
  list: readonly TrackedRequest[],
  change: InflightChange,
  nowMs: number,
): readonly TrackedRequest[] {
  switch (change.operation) {
    case 'snapshot':
      return sort((change.requests ?? []).map((request) => ({ ...request, receivedMs: nowMs })));
    case 'upsert': {
      const others = list.filter((request) => request.id !== change.request.id);
      return sort([...others, { ...change.request, receivedMs: nowMs }]);
    }
    case 'remove':
      return list.filter((request) => request.id !== change.id);
    default:
      return list;
  }
}

function sort(list: TrackedRequest[]): readonly TrackedRequest[] {
  return list.toSorted(
    (a, b) => a.timestamp.localeCompare(b.timestamp) || naturalCompare(a.id, b.id),
  );
}

/** Session of a request: the first configured header that is present, whatever its case. */
export function sessionOf(
  request: InflightRequest,
  headerNames: readonly string[],
): string | undefined {
  const present = new Map(
    Object.entries(request.req_headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  for (const name of headerNames) {
    const value = present.get(name.toLowerCase());
    if (value) return value;
  }
  return undefined;
}

import { parseDurationMs } from '#lib/config';
import { DroverError, parseRfc3339 } from '#lib/foundation';
import { Resolution } from '#lib/monitor';

const MOST_POINTS = 100_000;
const SHORTEST_STEP_MS = 1000;

/** Time after which samples are wanted; null for all. @throws DroverError BAD_REQUEST */
export function afterOf(query: URLSearchParams): number | null {
  const text = query.get('after');
  if (!text) return null;
  const afterMs = parseRfc3339(text);
  if (afterMs !== null) return afterMs;
  throw new DroverError('BAD_REQUEST', "invalid 'after' timestamp, use RFC3339 format");
}

/** How coarsely a history is wanted; null for every sample. @throws DroverError BAD_REQUEST */
export function resolutionOf(query: URLSearchParams): Resolution | null {
  const maxPoints = wholeNumber(query, 'max_points', { least: 1, most: MOST_POINTS });
  const stepMs = stepOf(query.get('step'));
  return maxPoints === null && stepMs === null ? null : { stepMs, maxPoints };
}

/** A number of the query, or null without it. @throws DroverError BAD_REQUEST */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | null {
  const text = query.get(name);
  if (text === null || text === '') return null;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new DroverError('BAD_REQUEST', `${name} must be between ${least} and ${most}`);
}

function stepOf(text: string | null): number | null {
  if (text === null || text === '') return null;
  const stepMs = parseDurationMs(text);
  if (stepMs !== null && stepMs >= SHORTEST_STEP_MS) return stepMs;
  throw new DroverError('BAD_REQUEST', 'step must be a duration of at least 1s, such as 5m');
}

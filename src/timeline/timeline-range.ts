import { DroverError, parseRfc3339 } from '#lib/foundation';

/** Length of the timeline when its beginning is not given, milliseconds. */
const DEFAULT_LENGTH_MS = 15 * 60 * 1000;

/** A stretch of time, wall-clock Unix milliseconds. */
export interface TimelineRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Reads `?from=…&to=…` in RFC 3339; without `to` until now, without `from` the fifteen minutes before.
 *
 * @throws DroverError BAD_REQUEST for anything else, or an end before the beginning
 */
export function readRange(from: unknown, to: unknown, nowMs: number): TimelineRange {
  const toMs = read('to', to) ?? nowMs;
  const fromMs = read('from', from) ?? toMs - DEFAULT_LENGTH_MS;
  if (fromMs > toMs) throw new DroverError('BAD_REQUEST', '"from" must not be later than "to"');
  return { fromMs, toMs };
}

function read(name: string, value: unknown): number | null {
  if (value === undefined) return null;
  const timeMs = typeof value === 'string' ? parseRfc3339(value) : null;
  if (timeMs !== null) return timeMs;
  throw new DroverError(
    'BAD_REQUEST',
    `"${name}" must be a time in RFC 3339, such as 2026-01-31T12:00:00Z`,
  );
}

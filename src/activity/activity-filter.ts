import { ActivityFilter, GROUPINGS, Grouping, parseModels } from '#lib/activity';
import { DroverError, parseRfc3339 } from '#lib/foundation';

/**
 * Reads the conditions of the v1 activity routes.
 * @throws DroverError BAD_REQUEST that names the parameter and what it allows.
 */
export function parseActivityFilter(query: URLSearchParams): ActivityFilter {
  return {
    models: parseModels(query),
    outcome: query.get('outcome') || null,
    statusClass: statusClass(query.get('status')),
    keyName: query.get('key') || null,
    sessionId: query.get('session') || null,
    path: query.get('path') || null,
    minDurationMs: wholeNumber(query, 'min_duration_ms'),
    fromMs: time(query, 'from'),
    toMs: time(query, 'to'),
  };
}

/** A whole number of at least 0, or null when the parameter is not there. */
export function wholeNumber(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (!text) return null;
  if (!/^\d{1,15}$/.test(text)) refuse(`${name} must be a whole number of at least 0`);
  return Number(text);
}

/** What to group by; model and hour when nothing is said. */
export function parseGroupings(text: string | null): readonly Grouping[] {
  const names = (text || 'model,hour').split(',').map((name) => name.trim());
  const known: readonly string[] = GROUPINGS;
  if (!names.every((name) => known.includes(name))) {
    refuse(`by must be a list of ${GROUPINGS.join(', ')}`);
  }
  return names as Grouping[];
}

function statusClass(text: string | null): number | null {
  if (!text) return null;
  const digit = /^([1-5])xx$/.exec(text)?.[1];
  return digit === undefined ? refuse('status must be 1xx, 2xx, 3xx, 4xx or 5xx') : Number(digit);
}

function time(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (!text) return null;
  return parseRfc3339(text) ?? refuse(`invalid '${name}' timestamp, use RFC3339 format`);
}

function refuse(message: string): never {
  throw new DroverError('BAD_REQUEST', message);
}

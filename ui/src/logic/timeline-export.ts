import type { RequestSpan } from './timeline.js';

const COLUMNS = ['id', 'model', 'path', 'at', 'grantedAt', 'endedAt', 'outcome', 'status'] as const;

/** The requests of a timeline as CSV (RFC 4180), one line each. */
export function timelineCsv(requests: readonly RequestSpan[]): string {
  const lines = requests.map((span) => COLUMNS.map((name) => field(span[name])).join(','));
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

function field(value: string | number | null): string {
  const text = String(value ?? '');
  // Spreadsheets would run what begins with one of these signs.
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

import { type ActivityRow, formatDrafted, formatSpeed } from './activity.js';
import type { Column } from './columns.js';

/** Average of a speed, weighted by tokens; null when no row says anything. */
function averageSpeed(
  rows: readonly ActivityRow[],
  tokens: (row: ActivityRow) => number,
  speed: (row: ActivityRow) => number,
): number | null {
  const known = rows.filter((row) => tokens(row) > 0 && speed(row) > 0);
  const total = sum(known, tokens);
  const seconds = sum(known, (row) => tokens(row) / speed(row));
  return seconds > 0 ? total / seconds : null;
}

function sum(rows: readonly ActivityRow[], of: (row: ActivityRow) => number): number {
  return rows.reduce((total, row) => total + Math.max(0, of(row)), 0);
}

function escapeCell(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(/\|/g, '\\|');
}

function value(row: ActivityRow, id: string): string {
  const positive = (count: number): string => (count > 0 ? String(count) : '-');
  switch (id) {
    case 'id':
      return String(row.id);
    case 'time':
      return row.timestamp;
    case 'model':
      return row.model || '-';
    case 'req_path':
      return row.req_path || '-';
    case 'resp_status_code':
      return String(row.resp_status_code || '-');
    case 'resp_content_type':
      return row.resp_content_type || '-';
    case 'cached':
      return positive(row.tokens.cache_tokens);
    case 'prompt':
      return positive(row.tokens.input_tokens);
    case 'generated':
      return positive(row.tokens.output_tokens);
    case 'drafted':
      return formatDrafted(row);
    case 'prompt_speed':
      return formatSpeed(row.tokens.prompt_per_second);
    case 'gen_speed':
      return formatSpeed(row.tokens.tokens_per_second);
    case 'duration':
      return `${(row.duration_ms / 1000).toFixed(2)}s`;
    default:
      return Object.entries(row.metadata ?? {})
        .map(([key, text]) => `${key}=${text}`)
        .join(' ');
  }
}

/** Markdown of the shown rows: a summary, the table, and a line that names its origin. */
export function activityMarkdown(
  rows: readonly ActivityRow[],
  columns: readonly Column[],
  exportedAt: string,
): string {
  if (rows.length === 0) return '(no rows)';
  const shown = columns.filter((column) => column.id !== 'capture');
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  const table = [
    line(shown.map((column) => column.label)),
    line(shown.map(() => '---')),
    ...rows.map((row) => line(shown.map((column) => value(row, column.id)))),
  ];
  const summary = [line(['', '']), line(['---', '---']), ...summaryOf(rows).map(line)];
  return [summary.join('\n'), table.join('\n'), `Exported by Drover at ${exportedAt}`].join('\n\n');
}

function summaryOf(rows: readonly ActivityRow[]): [string, string][] {
  const times = rows.map((row) => row.timestamp).toSorted((a, b) => Date.parse(a) - Date.parse(b));
  const prefill = averageSpeed(
    rows,
    (r) => r.tokens.input_tokens,
    (r) => r.tokens.prompt_per_second,
  );
  const decode = averageSpeed(
    rows,
    (r) => r.tokens.output_tokens,
    (r) => r.tokens.tokens_per_second,
  );
  const drafted = sum(rows, (row) => row.tokens.draft_tokens);
  const accepted = sum(rows, (row) => row.tokens.draft_acc_tokens);
  const speed = (mean: number | null): string => (mean === null ? 'unknown' : formatSpeed(mean));
  return [
    ['Range', `${times[0]} → ${times.at(-1)}`],
    ['Duration', `${(sum(rows, (row) => row.duration_ms) / 1000).toFixed(2)}s`],
    ['Cached', String(sum(rows, (row) => row.tokens.cache_tokens))],
    ['Prompt', `${sum(rows, (row) => row.tokens.input_tokens)} (${speed(prefill)})`],
    ['Generated', `${sum(rows, (row) => row.tokens.output_tokens)} (${speed(decode)})`],
    [
      'Drafted',
      drafted > 0 ? `${((accepted / drafted) * 100).toFixed(1)}% (${accepted}/${drafted})` : '-',
    ],
  ];
}

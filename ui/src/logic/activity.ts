import { formatAgo, formatCount, formatDuration } from './format.js';

export type { ActivityStats, SpeedHistogram } from '../api/types.js';

/** One finished request. -1 means unknown in token and speed fields. */
export interface ActivityRow {
  readonly id: number;
  readonly timestamp: string;
  readonly model: string;
  readonly req_path: string;
  readonly resp_content_type: string;
  readonly resp_status_code: number;
  readonly tokens: {
    readonly cache_tokens: number;
    readonly draft_tokens: number;
    readonly draft_acc_tokens: number;
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly prompt_per_second: number;
    readonly tokens_per_second: number;
  };
  readonly duration_ms: number;
  readonly has_capture: boolean;
  readonly error_msg?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly queue_ms?: number;
  readonly load_ms?: number;
  readonly ttft_ms?: number;
}

/** A page of finished requests. */
export interface ActivityPage {
  readonly data: readonly ActivityRow[];
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly total_pages: number;
}

/** `70.0% (7/10)`, or a dash when nothing was drafted. */
export function formatDrafted(row: ActivityRow): string {
  const { draft_tokens: drafted, draft_acc_tokens: accepted } = row.tokens;
  if (drafted <= 0) return '-';
  return `${((accepted / drafted) * 100).toFixed(1)}% (${accepted}/${drafted})`;
}

/** A speed with two decimals, or `unknown`. */
export function formatSpeed(perSecond: number): string {
  return perSecond < 0 ? 'unknown' : `${perSecond.toFixed(2)} t/s`;
}

/** Filter bounds worth sending: whole numbers of at least 1. */
export function validBound(text: string): number | null {
  const value = Number(text);
  return text.trim() !== '' && Number.isInteger(value) && value >= 1 ? value : null;
}

/** Up to seven page numbers centred on the current one. */
export function pageNumbers(current: number, pages: number): number[] {
  const count = Math.min(7, pages);
  const first = Math.max(1, Math.min(current - 3, pages - count + 1));
  return Array.from({ length: count }, (_, index) => first + index);
}

/** A text shortened in the middle so that its end stays readable. */
export function shortenMiddle(text: string, keepEnd: number, max = 28): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - keepEnd - 1)}…${text.slice(-keepEnd)}`;
}

const tokens = (value: number): string => (value > 0 ? formatCount(value) : '-');

const CELLS: Readonly<Record<string, (row: ActivityRow, nowMs: number) => string>> = {
  id: (row) => String(row.id),
  time: (row, nowMs) => formatAgo(row.timestamp, nowMs),
  model: (row) => row.model || '-',
  req_path: (row) => row.req_path || '-',
  resp_status_code: (row) => String(row.resp_status_code || '-'),
  resp_content_type: (row) => row.resp_content_type || '-',
  cached: (row) => tokens(row.tokens.cache_tokens),
  prompt: (row) => tokens(row.tokens.input_tokens),
  generated: (row) => tokens(row.tokens.output_tokens),
  drafted: formatDrafted,
  prompt_speed: ({ tokens: { prompt_per_second, input_tokens } }) =>
    input_tokens > 0 ? formatSpeed(prompt_per_second) : '-',
  gen_speed: ({ tokens: { tokens_per_second, output_tokens } }) =>
    output_tokens > 0 ? formatSpeed(tokens_per_second) : '-',
  duration: (row) => `${(row.duration_ms / 1000).toFixed(2)}s`,
  capture: (row) => (row.has_capture ? 'View' : '-'),
  meta: (row) => (row.metadata ? '...' : '-'),
};

/** Text of a cell of the table; `nowMs` is the time from which ages are counted. */
export function activityCell(row: ActivityRow, column: string, nowMs: number): string {
  return CELLS[column]?.(row, nowMs) ?? '';
}

/** Where the time of a request went, as far as it is known. */
export function stagesText(row: ActivityRow): string {
  const parts = [
    ['queued', row.queue_ms],
    ['loading', row.load_ms],
    ['first token', row.ttft_ms],
  ] as const;
  return parts
    .filter(([, ms]) => ms !== undefined && ms !== null && ms >= 0)
    .map(([name, ms]) => `${name} ${formatDuration(ms!)}`)
    .join(' · ');
}

import { ActivityView } from '#lib/activity';

type Cell = string | number | boolean | null | undefined;
type Column = readonly [name: string, read: (view: ActivityView) => Cell];

const COLUMNS: readonly Column[] = [
  ['id', (view) => view.id],
  ['started_at', (view) => view.startedAt],
  ['ended_at', (view) => view.endedAt],
  ['model', (view) => view.model],
  ['requested_model', (view) => view.requestedModel],
  ['upstream', (view) => view.upstream],
  ['operation', (view) => view.operation],
  ['path', (view) => view.path],
  ['status', (view) => view.status],
  ['outcome', (view) => view.outcome],
  ['error', (view) => view.error],
  ['stream', (view) => view.isStream],
  ['duration_ms', (view) => view.durationMs],
  ['queue_ms', (view) => view.queueMs],
  ['ttft_ms', (view) => view.ttftMs],
  ['input_tokens', (view) => view.facts?.inputTokensTotal],
  ['cached_tokens', (view) => view.facts?.cachedTokens],
  ['output_tokens', (view) => view.facts?.outputTokens],
  ['tokens_per_second', (view) => view.facts?.tokensPerSecond],
  ['finish_reason', (view) => view.facts?.finishReason],
  ['request_bytes', (view) => view.requestBytes],
  ['response_bytes', (view) => view.responseBytes],
  ['client_address', (view) => view.clientAddress],
  ['session_id', (view) => view.sessionId],
  ['request_id', (view) => view.requestId],
];

/** Rows as comma-separated values (RFC 4180); unknown is empty. */
export function activityCsv(views: readonly ActivityView[]): string {
  const header = COLUMNS.map(([name]) => name);
  const rows = views.map((view) => COLUMNS.map(([, read]) => field(read(view))));
  return [header, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** Rows as one JSON object per line. */
export function activityLines(views: readonly ActivityView[]): string {
  return views.map((view) => `${JSON.stringify(view)}\n`).join('');
}

function field(value: Cell): string {
  const text = value === null || value === undefined ? '' : String(value);
  // A spreadsheet takes text that begins like this for a formula.
  const safe = /^[=+@\t\r-]/.test(text) && typeof value === 'string' ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

import { formatRfc3339 } from '#lib/foundation';
import { ActivityDetail } from './activity-record.interface.js';
import { ActivityStore } from './activity.store.js';
import { percentile } from './speed-histogram.js';
import { SqlConditions } from './sql-conditions.js';

/** Which requests are wanted; null leaves a condition out. */
export interface ActivityFilter {
  readonly models: readonly string[] | null;
  readonly outcome: string | null;
  /** First digit of the status. */
  readonly statusClass: number | null;
  readonly keyName: string | null;
  readonly sessionId: string | null;
  readonly path: string | null;
  readonly minDurationMs: number | null;
  /** Inclusive and exclusive limits of the end, Unix milliseconds. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** A request as the v1 API shows it: unknown is null, times in milliseconds. */
export interface ActivityView extends ActivityDetail {
  readonly id: number;
  readonly endedAt: string;
  readonly startedAt: string;
  readonly model: string;
  readonly path: string;
  readonly contentType: string;
  readonly status: number;
  readonly durationMs: number;
  readonly error: string | null;
}

/** A page of views; `nextCursor` is the id to continue before, or null at the end. */
export interface ActivityViewPage {
  readonly data: readonly ActivityView[];
  readonly nextCursor: number | null;
}

/** Figures of one group of requests; percentiles are null when nothing was measured. */
export interface ActivityAggregate {
  readonly model?: string;
  /** Start of the hour, RFC 3339. */
  readonly hour?: string;
  readonly operation?: string;
  readonly requests: number;
  readonly errors: number;
  readonly errorRate: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly ttftMs: Percentiles | null;
  readonly queueMs: Percentiles | null;
  readonly durationMs: Percentiles | null;
  readonly tokensPerSecond: Percentiles | null;
}

/** Median and tails. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What requests can be grouped by. */
export const GROUPINGS = ['model', 'hour', 'operation'] as const;

/** One of {@link GROUPINGS}. */
export type Grouping = (typeof GROUPINGS)[number];

const HOUR_MS = 3_600_000;
/** Aggregates look at most at this many of the newest requests. */
const MAX_AGGREGATED_ROWS = 200_000;
const JOINED = 'FROM activity a JOIN drover_activity d ON d.id = a.id';

/** Reads the log with everything that is known about each request. */
export class ActivityReader {
  constructor(private readonly store: ActivityStore) {}

  /** The newest requests before `cursor` (all when null), newest first. */
  page(filter: ActivityFilter, cursor: number | null, limit: number): ActivityViewPage {
    const { where, values } = conditions(filter).add('a.id < ?', cursor);
    const sql = `SELECT a.*, d.ended_ms, d.detail_json ${JOINED} ${where} ORDER BY a.id DESC LIMIT ?`;
    const data = this.store.select(sql, [...values, limit]).map(viewOf);
    return { data, nextCursor: data.length === limit ? (data.at(-1)?.id ?? null) : null };
  }

  /** Figures per group, in order of appearance from the newest request back. */
  aggregate(filter: ActivityFilter, by: readonly Grouping[]): readonly ActivityAggregate[] {
    const { where, values } = conditions(filter);
    const sql = `SELECT a.model_id, a.duration_ms, d.* ${JOINED} ${where} ORDER BY a.id DESC LIMIT ?`;
    const rows = this.store.select(sql, [...values, MAX_AGGREGATED_ROWS]);
    const groups = Map.groupBy(rows, (row) => JSON.stringify(keysOf(row, by)));
    return [...groups.values()].map((group) => aggregateOf(group, by));
  }
}

function conditions(filter: ActivityFilter): SqlConditions {
  return new SqlConditions()
    .oneOf('a.model_id', filter.models)
    .add('d.outcome = ?', filter.outcome)
    .add('a.resp_status_code / 100 = ?', filter.statusClass)
    .add('d.key_name = ?', filter.keyName)
    .add('d.session_id = ?', filter.sessionId)
    .add('a.req_path = ?', filter.path)
    .add('a.duration_ms >= ?', filter.minDurationMs)
    .add('d.ended_ms >= ?', filter.fromMs)
    .add('d.ended_ms < ?', filter.toMs);
}

type Row = Record<string, unknown>;

function viewOf(row: Row): ActivityView {
  const detail = JSON.parse(String(row['detail_json'])) as ActivityDetail;
  const error = String(row['error_msg']);
  return {
    id: Number(row['id']),
    startedAt: formatRfc3339(detail.startedMs),
    endedAt: formatRfc3339(Number(row['ended_ms'])),
    model: String(row['model_id']),
    path: String(row['req_path']),
    contentType: String(row['resp_content_type']),
    status: Number(row['resp_status_code']),
    durationMs: Number(row['duration_ms']),
    error: detail.facts?.error ?? (error === '' ? null : error),
    ...detail,
  };
}

function keysOf(row: Row, by: readonly Grouping[]): Partial<Record<Grouping, string>> {
  const hourMs = Math.floor(Number(row['ended_ms']) / HOUR_MS) * HOUR_MS;
  return {
    ...(by.includes('model') && { model: String(row['model_id']) }),
    ...(by.includes('hour') && { hour: formatRfc3339(hourMs) }),
    ...(by.includes('operation') && { operation: String(row['operation']) }),
  };
}

function aggregateOf(rows: readonly Row[], by: readonly Grouping[]): ActivityAggregate {
  const errors = rows.filter((row) => row['outcome'] !== 'ok').length;
  return {
    ...keysOf(rows[0]!, by),
    requests: rows.length,
    errors,
    errorRate: errors / rows.length,
    inputTokens: sum(rows, 'input_tokens'),
    cachedTokens: sum(rows, 'cached_tokens'),
    outputTokens: sum(rows, 'output_tokens'),
    ttftMs: percentiles(rows, 'ttft_ms'),
    queueMs: percentiles(rows, 'queue_ms'),
    durationMs: percentiles(rows, 'duration_ms'),
    tokensPerSecond: percentiles(rows, 'tokens_per_second'),
  };
}

function sum(rows: readonly Row[], column: string): number {
  return rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
}

function percentiles(rows: readonly Row[], column: string): Percentiles | null {
  const known = rows.map((row) => row[column]).filter((value) => value !== null);
  if (known.length === 0) return null;
  const sorted = Float64Array.from(known, Number).toSorted();
  return {
    p50: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
  };
}

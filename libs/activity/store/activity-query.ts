import { DroverError, parseRfc3339 } from '#lib/foundation';

/** Columns a page can be sorted by, with their names in the table. */
export const SORT_COLUMNS: ReadonlyMap<string, string> = new Map([
  ['id', 'id'],
  ['time', 'ts_created'],
  ['model', 'model_id'],
  ['req_path', 'req_path'],
  ['resp_status_code', 'resp_status_code'],
  ['resp_content_type', 'resp_content_type'],
  ['cached', 'cache_tokens'],
  ['prompt', 'input_tokens'],
  ['generated', 'output_tokens'],
  ['drafted', 'draft_tokens'],
  ['prompt_speed', 'prompt_per_second'],
  ['gen_speed', 'tokens_per_second'],
  ['duration', 'duration_ms'],
]);

/** What a page of the activity log is asked for. */
export interface ActivityQuery {
  /** Exact ids; empty for all. */
  readonly models: readonly string[] | null;
  /** Inclusive, Unix seconds. */
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
  readonly minId: number | null;
  readonly maxId: number | null;
  readonly limit: number;
  readonly page: number;
  /** Column of the table. */
  readonly sort: string;
  readonly descending: boolean;
}

const MAX_LIMIT = 999;
const DEFAULT_LIMIT = 25;

/**
 * Reads the query of `GET /api/metrics/activity`.
 * @throws DroverError BAD_REQUEST with the wording that clients of this API know.
 */
export function parseActivityQuery(query: URLSearchParams): ActivityQuery {
  const startSeconds = time(query, 'start');
  const endSeconds = time(query, 'end');
  if (startSeconds !== null && endSeconds !== null && startSeconds > endSeconds) {
    refuse('start must be before end');
  }
  const minId = positive(query, 'min_id');
  const maxId = positive(query, 'max_id');
  if (minId !== null && maxId !== null && minId > maxId) refuse('min_id must be <= max_id');
  return {
    models: parseModels(query),
    startSeconds: startSeconds === null ? null : Math.floor(startSeconds),
    endSeconds: endSeconds === null ? null : Math.floor(endSeconds),
    minId,
    maxId,
    limit: parseLimit(query),
    page: positive(query, 'page') ?? 1,
    sort: parseSort(query),
    descending: parseOrder(query),
  };
}

/** The `model` parameters: trimmed, blanks left out; null when none is left. */
export function parseModels(query: URLSearchParams): readonly string[] | null {
  const models = query.getAll('model').map((model) => model.trim());
  const named = models.filter((model) => model !== '');
  return named.length === 0 ? null : named;
}

function time(query: URLSearchParams, key: string): number | null {
  const text = query.get(key);
  if (!text) return null;
  const wallMs = parseRfc3339(text);
  return wallMs === null ? refuse(`invalid '${key}' timestamp, use RFC3339 format`) : wallMs / 1000;
}

function integer(query: URLSearchParams, key: string): number | null {
  const text = query.get(key);
  if (!text) return null;
  const value = /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : null;
  if (value === null || BigInt.asIntN(64, value) !== value) return Number.NaN;
  // Nothing is that far away: where exactly does not matter.
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER);
}

function positive(query: URLSearchParams, key: string): number | null {
  const value = integer(query, key);
  return value === null || value >= 1 ? value : refuse(`${key} must be >= 1`);
}

function parseLimit(query: URLSearchParams): number {
  const limit = integer(query, 'limit') ?? DEFAULT_LIMIT;
  if (Number.isNaN(limit)) refuse('invalid limit');
  if (limit < 1 || limit > MAX_LIMIT) refuse(`limit must be between 1 and ${MAX_LIMIT}`);
  return limit;
}

function parseSort(query: URLSearchParams): string {
  return SORT_COLUMNS.get(query.get('sort') || 'id') ?? refuse('invalid sort column');
}

function parseOrder(query: URLSearchParams): boolean {
  const order = (query.get('order') || 'desc').toLowerCase();
  if (order !== 'asc' && order !== 'desc') refuse('order must be asc or desc');
  return order === 'desc';
}

function refuse(message: string): never {
  throw new DroverError('BAD_REQUEST', message);
}

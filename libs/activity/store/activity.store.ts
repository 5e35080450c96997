import { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { ActivityQuery } from './activity-query.js';
import { ActivityPage, DetailedActivity } from './activity-record.interface.js';
import { detailValues, rowOf, rowValues } from './activity-row.js';
import { MIGRATIONS } from './migrations.js';
import { SpeedHistogram, speedHistogram } from './speed-histogram.js';
import { SqlConditions } from './sql-conditions.js';

/** Where the log is kept and how much of it. */
export interface ActivityStoreOptions {
  /** File, or null for memory. */
  readonly path: string | null;
  /** Newest rows that are kept; null for all. */
  readonly maxRows: number | null;
  /** Rows that ended longer ago are dropped, milliseconds; null for none. */
  readonly maxAgeMs?: number | null;
  /** The oldest rows go when the file holds more, bytes; null for no limit. */
  readonly maxBytes?: number | null;
}

/** Rows of one log as another one takes them over. */
export interface ActivityContent {
  readonly rows: readonly Record<string, SQLInputValue>[];
  readonly details: readonly Record<string, SQLInputValue>[];
}

/** Sums and distributions over the whole log, in the form of `GET /api/metrics/stats`. */
export interface ActivityStats {
  readonly total_requests: number;
  readonly total_input_tokens: number;
  readonly total_output_tokens: number;
  readonly total_cache_tokens: number;
  readonly prompt_histogram: SpeedHistogram | null;
  readonly gen_histogram: SpeedHistogram | null;
}

/** How long a statement waits for another program's lock; it stands in the way of everything else. */
const BUSY_TIMEOUT_MS = 50;

/** A file is looked at for what is too old or too much so often. */
const RETENTION_MS = 60_000;

/** Share of the rows that goes at a time when the file holds too much. */
const DROPPED_SHARE = 1 / 16;

/** Distributions are taken over at most this many of the newest rows, so that a query stays cheap. */
const MAX_DISTRIBUTION_ROWS = 200_000;

const INSERT_ROW = `INSERT INTO activity (id, ts_created, model_id, req_path, resp_content_type,
  resp_status_code, cache_tokens, draft_tokens, draft_acc_tokens, input_tokens, output_tokens,
  prompt_per_second, tokens_per_second, duration_ms, error_msg, metadata_json)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const INSERT_DETAIL = `INSERT INTO drover_activity (id, ended_ms, outcome, operation, key_name,
  session_id, ttft_ms, queue_ms, input_tokens, cached_tokens, output_tokens, tokens_per_second,
  detail_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/**
 * The activity log in SQLite. Files written by compatible programs can be opened; what they do not
 * know is kept in a table of its own. All calls are synchronous.
 */
export class ActivityStore {
  private readonly database: DatabaseSync;
  private readonly insertRow: StatementSync;
  private readonly insertDetail: StatementSync;
  /** When the file was last looked at for what is too old or too much. */
  private retainedMs = -Infinity;

  /** @throws Error when the file cannot be opened, is no database, or is broken. */
  constructor(private readonly options: ActivityStoreOptions) {
    this.database = new DatabaseSync(options.path ?? ':memory:', { timeout: BUSY_TIMEOUT_MS });
    try {
      this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      this.migrate();
      this.insertRow = this.database.prepare(INSERT_ROW);
      this.insertDetail = this.database.prepare(INSERT_DETAIL);
      this.touch();
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  /** How many rows a log has that ends with the program; null for one that is kept in a file. */
  get volatileRows(): number | null {
    return this.options.path === null ? this.options.maxRows : null;
  }

  /** The highest id ever given; 0 for a new log. */
  lastId(): number {
    const row = this.database
      .prepare("SELECT seq FROM sqlite_sequence WHERE name = 'activity'")
      .get();
    return Number(row?.['seq'] ?? 0);
  }

  /** Adds rows in one transaction and drops those beyond the limit. Nothing is added on failure. */
  insert(rows: readonly DetailedActivity[]): void {
    this.transaction(() => {
      for (const row of rows) {
        this.insertRow.run(...rowValues(row));
        this.insertDetail.run(...detailValues(row));
      }
      const newest = rows.at(-1);
      if (newest) this.prune(newest);
    });
  }

  /** Everything in the log, for another one. */
  content(): ActivityContent {
    const all = (table: string): Record<string, SQLInputValue>[] =>
      this.database.prepare(`SELECT * FROM ${table} ORDER BY id`).all();
    return { rows: all('activity'), details: all('drover_activity') };
  }

  /** Takes over the content of another log; `offset` is added to its ids. */
  adopt({ rows, details }: ActivityContent, offset: number): void {
    const shifted = (row: Record<string, SQLInputValue>): SQLInputValue[] => [
      Number(row['id']) + offset,
      ...Object.values(row).slice(1),
    ];
    this.transaction(() => {
      for (const row of rows) this.insertRow.run(...shifted(row));
      for (const row of details) this.insertDetail.run(...shifted(row));
    });
  }

  /** One page of the log. */
  query(query: ActivityQuery): ActivityPage {
    const { where, values } = conditions(query);
    const direction = query.descending ? 'DESC' : 'ASC';
    const count = this.database.prepare(`SELECT count(*) AS n FROM activity ${where}`);
    const total = Number(count.get(...values)?.['n'] ?? 0);
    const second = query.sort === 'id' ? '' : `, id ${direction}`;
    const select = this.database.prepare(
      `SELECT * FROM activity ${where} ORDER BY ${query.sort} ${direction}${second} LIMIT ? OFFSET ?`,
    );
    // One count beyond what a number holds exactly would make the whole page unreadable.
    select.setReadBigInts(true);
    const rows = select.all(...values, query.limit, offsetOf(query));
    return {
      data: rows.map(rowOf),
      page: query.page,
      limit: query.limit,
      total,
      total_pages: Math.ceil(total / query.limit),
    };
  }

  /** Sums and speed distributions, of some models or of all. */
  stats(models: readonly string[] | null): ActivityStats {
    const { where, values } = new SqlConditions().oneOf('model_id', models);
    const sums = this.database
      .prepare(
        `SELECT count(*) AS requests, total(max(input_tokens, 0)) AS input,
         total(max(output_tokens, 0)) AS output, total(max(cache_tokens, 0)) AS cached
         FROM activity ${where}`,
      )
      .get(...values);
    return {
      total_requests: Number(sums?.['requests'] ?? 0),
      total_input_tokens: Number(sums?.['input'] ?? 0),
      total_output_tokens: Number(sums?.['output'] ?? 0),
      total_cache_tokens: Number(sums?.['cached'] ?? 0),
      prompt_histogram: this.distribution('prompt_per_second', models),
      gen_histogram: this.distribution('tokens_per_second', models),
    };
  }

  /** Closes the file; the store must not be used afterwards. */
  close(): void {
    this.database.close();
  }

  /** For readers of the log that need more than the compatible columns. */
  select(sql: string, values: readonly SQLInputValue[]): Record<string, unknown>[] {
    return this.database.prepare(sql).all(...values);
  }

  /** Reads the ends of both tables: a file with a good head may be broken behind it. */
  private touch(): void {
    this.lastId();
    for (const table of ['activity', 'drover_activity']) {
      for (const order of ['ASC', 'DESC']) {
        this.database.prepare(`SELECT * FROM ${table} ORDER BY id ${order} LIMIT 1`).get();
      }
    }
  }

  private distribution(column: string, models: readonly string[] | null): SpeedHistogram | null {
    const { where, values } = new SqlConditions().oneOf('model_id', models);
    const sql = `SELECT ${column} AS speed FROM activity ${where} ORDER BY id DESC LIMIT ?`;
    const rows = this.database.prepare(sql).all(...values, MAX_DISTRIBUTION_ROWS);
    return speedHistogram(rows.map((row) => Number(row['speed'])));
  }

  private prune({ id, entry: { endedMs } }: DetailedActivity): void {
    const { maxRows, maxAgeMs = null, maxBytes = null } = this.options;
    if (maxRows !== null) this.dropUpTo(id - maxRows);
    if (endedMs - this.retainedMs < RETENTION_MS) return;
    this.retainedMs = endedMs;
    if (maxAgeMs !== null) this.dropEndedBefore(endedMs - maxAgeMs);
    if (maxBytes !== null) this.dropBeyond(maxBytes);
  }

  private dropUpTo(id: number): void {
    for (const table of ['activity', 'drover_activity']) {
      this.database.prepare(`DELETE FROM ${table} WHERE id <= ?`).run(id);
    }
  }

  private dropEndedBefore(wallMs: number): void {
    const youngest = this.database
      .prepare('SELECT max(id) AS id FROM activity WHERE ts_created < ?')
      .get(Math.floor(wallMs / 1000));
    if (typeof youngest?.['id'] === 'number') this.dropUpTo(youngest['id']);
  }

  /** A file does not shrink; what has been dropped is used again. */
  private dropBeyond(bytes: number): void {
    const read = (what: string): number =>
      Number(this.database.prepare(`PRAGMA ${what}`).get()?.[what]);
    const usedBytes = (): number =>
      (read('page_count') - read('freelist_count')) * read('page_size');
    const place = this.database.prepare('SELECT id FROM activity ORDER BY id LIMIT 1 OFFSET ?');
    const rows = this.database.prepare('SELECT count(*) AS n FROM activity');
    for (let left = Number(rows.get()?.['n']); left > 1 && usedBytes() > bytes;) {
      const dropped = Math.max(1, Math.ceil(left * DROPPED_SHARE));
      this.dropUpTo(Number(place.get(dropped - 1)?.['id']));
      left -= dropped;
    }
  }

  private migrate(): void {
    const version = Number(this.database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version > MIGRATIONS.length) {
      throw new Error(
        `the activity log has schema ${version}, this program knows ${MIGRATIONS.length}: ` +
          'use the newer program that wrote it, or another store.path',
      );
    }
    for (let number = version; number < MIGRATIONS.length; number++) {
      this.transaction(() => {
        this.database.exec(MIGRATIONS[number]!);
        this.database.exec(`PRAGMA user_version = ${number + 1}`);
      });
    }
  }

  private transaction(work: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.database.exec('COMMIT');
    } catch (error) {
      // Some failures, such as a full disk, have ended the transaction already.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** Behind the end there is nothing, however far. */
function offsetOf({ page, limit }: ActivityQuery): number {
  return Math.min((page - 1) * limit, Number.MAX_SAFE_INTEGER);
}

function conditions(query: ActivityQuery): SqlConditions {
  return new SqlConditions()
    .oneOf('model_id', query.models)
    .add('ts_created >= ?', query.startSeconds)
    .add('ts_created <= ?', query.endSeconds)
    .add('id >= ?', query.minId)
    .add('id <= ?', query.maxId);
}

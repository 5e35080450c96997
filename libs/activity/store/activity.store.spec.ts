import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DroverError, parseRfc3339 } from '#lib/foundation';
import { activityEntry } from '../testing/activity-entry.js';
import { parseActivityQuery, parseModels } from './activity-query.js';
import { DetailedActivity } from './activity-record.interface.js';
import { ActivityStore } from './activity.store.js';
import { speedHistogram } from './speed-histogram.js';

const folder = join(import.meta.dirname, '../../../test/fixtures/observability/store');

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

interface FixtureRow {
  readonly id: number;
  readonly ts: string;
  readonly model: string;
  readonly status: number;
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly pps: number;
  readonly tps: number;
  readonly dur: number;
}

function activity(row: FixtureRow): DetailedActivity {
  const tokens = {
    cache_tokens: row.cached,
    draft_tokens: -1,
    draft_acc_tokens: -1,
    input_tokens: row.input,
    output_tokens: row.output,
    prompt_per_second: row.pps,
    tokens_per_second: row.tps,
  };
  const { model, status, dur: durationMs } = row;
  const entry = activityEntry({
    endedMs: parseRfc3339(row.ts)!,
    model,
    status,
    durationMs,
    tokens,
  });
  return { id: row.id, entry };
}

function ids(store: ActivityStore): number[] {
  return store.query(parseActivityQuery(new URLSearchParams())).data.map((row) => row.id);
}

interface QueryCase {
  readonly query: string;
  readonly status?: number;
  readonly message?: string;
  readonly ids?: readonly number[];
  readonly page?: number;
  readonly limit?: number;
  readonly total?: number;
  readonly total_pages?: number;
}

const queries = (fixture('activity-query.expect.json') as { cases: QueryCase[] }).cases;
const rows = (fixture('activity-rows.json') as FixtureRow[]).map(activity);

describe('ActivityStore', () => {
  let directory: string;
  let store: ActivityStore;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'drover-activity-'));
    store = new ActivityStore({ path: null, maxRows: null });
  });

  afterEach(() => {
    store.close();
    rmSync(directory, { recursive: true });
  });

  it.each(queries.filter((test) => test.ids))('answers "$query"', (test) => {
    store.insert(rows);
    const { data, ...page } = store.query(parseActivityQuery(new URLSearchParams(test.query)));
    expect(data.map(({ id }) => id)).toEqual(test.ids);
    const { total, total_pages, limit, page: number } = test;
    expect(page).toEqual({ total, total_pages, limit, page: number });
  });

  it.each(['page=9223372036854775807&limit=999', 'min_id=9223372036854775807'])(
    'has nothing for "%s"',
    (query) => {
      store.insert(rows);
      expect(store.query(parseActivityQuery(new URLSearchParams(query))).data).toEqual([]);
    },
  );

  it.each([
    ['limit=9223372036854775808', 'invalid limit'],
    ['limit=9223372036854775807', 'limit must be between 1 and 999'],
    ['limit=1.5', 'invalid limit'],
    ['page=x', 'page must be >= 1'],
    ['min_id=-1', 'min_id must be >= 1'],
    ['max_id=0', 'max_id must be >= 1'],
    ['sort=ID', 'invalid sort column'],
    ['order=up', 'order must be asc or desc'],
    ['end=2026-03-04T05:06:07', "invalid 'end' timestamp, use RFC3339 format"],
  ])('refuses "%s": %s', (query, message) => {
    expect(() => parseActivityQuery(new URLSearchParams(query))).toThrow(message);
  });

  it.each(queries.filter((test) => test.status === 400))('refuses "$query"', (test) => {
    const parse = (): unknown => parseActivityQuery(new URLSearchParams(test.query));
    expect(parse).toThrow(test.message);
    expect(parse).toThrow(DroverError);
  });

  it.each((fixture('activity-stats.expect.json') as { cases: { query: string }[] }).cases)(
    'sums up "$query"',
    ({ query, ...expected }) => {
      store.insert(rows);
      const { prompt_histogram, gen_histogram, ...sums } = store.stats(
        parseModels(new URLSearchParams(query)),
      );
      expect({ ...sums, prompt_histogram, gen_histogram }).toEqual(expected);
    },
  );

  it('shows a row in the form of the compatible API', () => {
    const entry = activityEntry({ errorMessage: 'no', metadata: { fifo_priority: '0' } });
    store.insert([
      { id: 1, entry },
      { id: 2, entry: activityEntry() },
    ]);
    const [plain, full] = store.query(parseActivityQuery(new URLSearchParams())).data;
    expect(full).toMatchObject({ id: 1, error_msg: 'no', metadata: { fifo_priority: '0' } });
    expect(plain).not.toHaveProperty('error_msg');
    expect(plain).not.toHaveProperty('metadata');
    expect(parseRfc3339(plain!.timestamp)).toBe(entry.endedMs);
  });

  it('keeps the newest rows only, where a limit is set', () => {
    const prune = fixture('prune.expect.json') as {
      inserts: number;
      ids_after: number[];
      file_store_ids_after: number[];
    };
    const limited = new ActivityStore({ path: null, maxRows: 3 });
    for (let id = 1; id <= prune.inserts; id++) {
      limited.insert([{ id, entry: activityEntry() }]);
      store.insert([{ id, entry: activityEntry() }]);
    }
    expect(ids(limited)).toEqual(prune.ids_after);
    expect(ids(store)).toEqual(prune.file_store_ids_after);
    expect(limited.select('SELECT id FROM drover_activity', [])).toHaveLength(3);
    limited.close();
  });

  it('never uses an id twice, not even after everything was dropped', () => {
    const path = join(directory, 'log.sqlite');
    const first = new ActivityStore({ path, maxRows: 0 });
    first.insert([{ id: 7, entry: activityEntry() }]);
    first.close();
    const second = new ActivityStore({ path, maxRows: null });
    expect(second.lastId()).toBe(7);
    second.close();
  });

  it('opens a file of a compatible program and leaves its own table alone', () => {
    const path = join(directory, 'foreign.sqlite');
    const foreign = new DatabaseSync(path);
    foreign.exec(`CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id INTEGER);
      INSERT INTO goose_db_version VALUES (1, 3);
      CREATE TABLE activity (id INTEGER PRIMARY KEY AUTOINCREMENT, ts_created INTEGER NOT NULL,
        model_id TEXT NOT NULL, req_path TEXT NOT NULL DEFAULT '',
        resp_content_type TEXT NOT NULL DEFAULT '', resp_status_code INTEGER NOT NULL DEFAULT 0,
        cache_tokens INTEGER NOT NULL DEFAULT 0, draft_tokens INTEGER NOT NULL DEFAULT 0,
        draft_acc_tokens INTEGER NOT NULL DEFAULT 0, input_tokens INTEGER NOT NULL DEFAULT 0,
        output_tokens INTEGER NOT NULL DEFAULT 0, prompt_per_second REAL NOT NULL DEFAULT 0,
        tokens_per_second REAL NOT NULL DEFAULT 0, duration_ms INTEGER NOT NULL DEFAULT 0,
        error_msg TEXT NOT NULL DEFAULT '', metadata_json TEXT NOT NULL DEFAULT '');
      INSERT INTO activity (ts_created, model_id) VALUES (1772600767, 'old');`);
    foreign.close();
    const opened = new ActivityStore({ path, maxRows: null });
    opened.insert([{ id: opened.lastId() + 1, entry: activityEntry() }]);
    const page = opened.query(parseActivityQuery(new URLSearchParams()));
    expect(page.data.map(({ id, model }) => [id, model])).toEqual([
      [2, 'a'],
      [1, 'old'],
    ]);
    expect(opened.select('SELECT version_id FROM goose_db_version', [])).toEqual([
      { version_id: 3 },
    ]);
    opened.close();
  });

  it('shows a page with counts that no number holds exactly', () => {
    const beyond = { ...activityEntry().tokens, input_tokens: 1e18, output_tokens: 1e300 };
    store.insert([{ id: 1, entry: activityEntry({ tokens: beyond }) }]);
    const [row] = store.query(parseActivityQuery(new URLSearchParams())).data;
    expect(row!.tokens).toMatchObject({ input_tokens: 1e18, output_tokens: 1e300 });
    expect(store.stats(null)).toMatchObject({ total_input_tokens: 1e18 });
  });

  it('refuses a file of a later schema', () => {
    const path = join(directory, 'later.sqlite');
    const later = new DatabaseSync(path);
    later.exec('PRAGMA user_version = 99');
    later.close();
    expect(() => new ActivityStore({ path, maxRows: null })).toThrow(/schema 99/);
  });

  it('refuses a file with broken pages, and lets go of it', () => {
    const path = join(directory, 'broken.sqlite');
    const whole = new ActivityStore({ path, maxRows: null });
    whole.insert([{ id: 1, entry: activityEntry() }]);
    whole.close();
    const content = readFileSync(path);
    // The first page, which says what is where, stays.
    writeFileSync(path, content.fill(0xa5, content.readUInt16BE(16)));
    const before = readdirSync('/proc/self/fd').length;
    expect(() => new ActivityStore({ path, maxRows: null })).toThrow(/malformed/);
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });

  it('adds nothing when one row of a batch fails', () => {
    store.insert([{ id: 1, entry: activityEntry() }]);
    const batch = [2, 1].map((id) => ({ id, entry: activityEntry() }));
    expect(() => store.insert(batch)).toThrow(/UNIQUE/);
    expect(store.query(parseActivityQuery(new URLSearchParams())).total).toBe(1);
  });
});

/** The figures to nine decimals: neighbours of a percentile may be added in another order. */
function rounded(histogram: object | null): unknown {
  return JSON.parse(
    JSON.stringify(histogram, (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toFixed(9)) : value,
    ),
  );
}

describe('speedHistogram', () => {
  interface HistogramCase {
    readonly values: readonly number[];
    readonly histogram: Record<string, number | number[]> | null;
  }

  it.each((fixture('histogram.expect.json') as { cases: HistogramCase[] }).cases)(
    'spreads $values.length values',
    ({ values, histogram }) => {
      expect(rounded(speedHistogram(values))).toEqual(rounded(histogram));
    },
  );
});

describe('retention of a file', () => {
  const MINUTE_MS = 60_000;
  const all = parseActivityQuery(new URLSearchParams('limit=999&order=asc'));
  let place: string;

  beforeEach(() => (place = mkdtempSync(join(tmpdir(), 'drover-retention-'))));
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  function rowsAt(fromId: number, minutes: readonly number[], errorMessage = '') {
    return minutes.map((minute, at) => ({
      id: fromId + at,
      entry: activityEntry({ endedMs: minute * MINUTE_MS, errorMessage }),
    }));
  }

  it('drops what is older than it may be', () => {
    const path = join(place, 'a.db');
    const store = new ActivityStore({ path, maxRows: null, maxAgeMs: 10 * MINUTE_MS });
    store.insert(rowsAt(1, [0, 5, 9]));
    store.insert(rowsAt(4, [16]));
    expect(store.query(all).data.map(({ id }) => id)).toEqual([3, 4]);
    expect(store.select('SELECT id FROM drover_activity ORDER BY id', [])).toHaveLength(2);
    store.close();
  });

  it('keeps the newest rows only', () => {
    const store = new ActivityStore({ path: join(place, 'a.db'), maxRows: 2 });
    store.insert(rowsAt(1, [0, 0, 0]));
    store.insert(rowsAt(4, [0]));
    expect(store.query(all).data.map(({ id }) => id)).toEqual([3, 4]);
    store.close();
  });

  it('drops the oldest rows when they take too much, and uses their place again', () => {
    const path = join(place, 'a.db');
    const store = new ActivityStore({ path, maxRows: null, maxBytes: 400_000 });
    for (let minute = 0; minute < 40; minute += 1) {
      const minutes = Array.from({ length: 50 }, () => 2 * minute);
      store.insert(rowsAt(1 + 50 * minute, minutes, 'x'.repeat(500)));
    }
    const { data, total } = store.query(all);
    expect(total).toBeGreaterThan(100);
    expect(total).toBeLessThan(600);
    expect(data.at(-1)!.id).toBe(2000);
    store.close();
    expect(statSync(path).size).toBeLessThan(700_000);
  });
});

import { DatabaseSync, StatementSync } from 'node:sqlite';
import { TimelineEntries, TimelineKind } from './timeline-entry.interface.js';

/** Schema changes in order; the number of the last one that ran is SQLite's `user_version`. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE timeline (
     id INTEGER PRIMARY KEY,
     kind TEXT NOT NULL,
     at_ms INTEGER NOT NULL,
     body_json TEXT NOT NULL
   );
   CREATE INDEX idx_timeline_kind ON timeline (kind, id);`,
];

/** How long a statement waits for another program's lock. */
const BUSY_TIMEOUT_MS = 50;

/** One thing that is to be kept. */
export interface TimelineRow<K extends TimelineKind = TimelineKind> {
  readonly kind: K;
  readonly entry: TimelineEntries[K];
}

/** The timeline in SQLite. All calls are synchronous. */
export class TimelineStore {
  private readonly database: DatabaseSync;
  private readonly insert: StatementSync;

  /** @throws Error when the file cannot be opened or is no database. */
  constructor(path: string) {
    this.database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.migrate();
    this.insert = this.database.prepare(
      'INSERT INTO timeline (kind, at_ms, body_json) VALUES (?, ?, ?)',
    );
  }

  /** Adds rows in one transaction; none on failure. */
  add(rows: readonly TimelineRow[]): void {
    this.database.exec('BEGIN');
    try {
      for (const { kind, entry } of rows) {
        this.insert.run(kind, Math.round(entry.atMs), JSON.stringify(entry));
      }
      this.database.exec('COMMIT');
    } catch (error) {
      // Some failures, such as a full disk, have ended the transaction already.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** The newest entries of a kind, oldest first; what cannot be read is left out. */
  newest<K extends TimelineKind>(kind: K, most: number): TimelineEntries[K][] {
    const rows = this.database
      .prepare('SELECT body_json FROM timeline WHERE kind = ? ORDER BY id DESC LIMIT ?')
      .all(kind, most);
    return rows.toReversed().flatMap(({ body_json: text }) => {
      try {
        return [JSON.parse(String(text)) as TimelineEntries[K]];
      } catch {
        return [];
      }
    });
  }

  /** Drops what is older than a moment, and all but the newest rows. */
  prune(beforeMs: number, mostRows: number): void {
    this.database.prepare('DELETE FROM timeline WHERE at_ms < ?').run(Math.round(beforeMs));
    this.database
      .prepare('DELETE FROM timeline WHERE id <= (SELECT max(id) FROM timeline) - ?')
      .run(mostRows);
  }

  /** Ends the use of the file. */
  close(): void {
    this.database.close();
  }

  private migrate(): void {
    const row = this.database.prepare('PRAGMA user_version').get();
    const done = Number(row?.['user_version'] ?? 0);
    for (const [index, change] of MIGRATIONS.slice(done).entries()) {
      this.database.exec(`BEGIN; ${change}; PRAGMA user_version = ${done + index + 1}; COMMIT;`);
    }
  }
}

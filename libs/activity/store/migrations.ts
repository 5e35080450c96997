/**
 * Schema changes in order; the number of the last one that ran is SQLite's `user_version`. The table
 * `activity` has the layout of existing log files, so that they can be opened; everything of ours is
 * in a second table, which such files do not have.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS activity (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     ts_created INTEGER NOT NULL,
     model_id TEXT NOT NULL,
     req_path TEXT NOT NULL DEFAULT '',
     resp_content_type TEXT NOT NULL DEFAULT '',
     resp_status_code INTEGER NOT NULL DEFAULT 0,
     cache_tokens INTEGER NOT NULL DEFAULT 0,
     draft_tokens INTEGER NOT NULL DEFAULT 0,
     draft_acc_tokens INTEGER NOT NULL DEFAULT 0,
     input_tokens INTEGER NOT NULL DEFAULT 0,
     output_tokens INTEGER NOT NULL DEFAULT 0,
     prompt_per_second REAL NOT NULL DEFAULT 0,
     tokens_per_second REAL NOT NULL DEFAULT 0,
     duration_ms INTEGER NOT NULL DEFAULT 0,
     error_msg TEXT NOT NULL DEFAULT '',
     metadata_json TEXT NOT NULL DEFAULT ''
   );
   CREATE INDEX IF NOT EXISTS idx_activity_created_id ON activity (ts_created DESC, id DESC);
   CREATE INDEX IF NOT EXISTS idx_activity_model_created_id
     ON activity (model_id, ts_created DESC, id DESC);`,
  `CREATE TABLE drover_activity (
     id INTEGER PRIMARY KEY,
     ended_ms INTEGER NOT NULL,
     outcome TEXT NOT NULL,
     operation TEXT NOT NULL,
     key_name TEXT,
     session_id TEXT,
     ttft_ms REAL,
     queue_ms REAL,
     input_tokens INTEGER,
     cached_tokens INTEGER,
     output_tokens INTEGER,
     tokens_per_second REAL,
     detail_json TEXT NOT NULL
   );
   CREATE INDEX idx_drover_activity_ended ON drover_activity (ended_ms);`,
];

/** One line of the audit log. Never prompts, answers, keys or query strings. */
export interface AuditEntry {
  /** RFC 3339, UTC. */
  readonly at: string;
  /** Name of the key, `jwt:` and the subject, `signal` or `watch`; empty where nobody asks. */
  readonly who: string;
  /** `load`, `unload` and so on; `access` for what was refused. */
  readonly what: string;
  /** The model, profile, request or route that it was about; null when there is none. */
  readonly target: string | null;
  readonly result: 'done' | 'failed' | 'denied';
  /** HTTP status; null for what did not come by HTTP. */
  readonly status: number | null;
  /** Code of the refusal or failure; null otherwise. */
  readonly code: string | null;
  readonly requestId: string | null;
  readonly address: string | null;
}

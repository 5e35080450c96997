import { RequestOutcome } from '#lib/activity';
import { DroverError } from '#lib/foundation';

const REJECTIONS: ReadonlySet<string> = new Set(['CONCURRENCY_LIMIT', 'SHUTTING_DOWN']);
const TIMEOUTS: ReadonlySet<string> = new Set(['UPSTREAM_TIMEOUT', 'HEALTH_CHECK_TIMEOUT']);

/** Outcome of a call that failed before it had an answer. */
export function outcomeOfError(error: DroverError): RequestOutcome {
  const { code, entry } = error;
  if (code === 'CANCELLED') return 'cancelled';
  if (REJECTIONS.has(code)) return 'rejected';
  if (TIMEOUTS.has(code)) return 'timeout';
  return entry.status >= 500 ? 'server_error' : 'client_error';
}

/** Outcome of an answer by its status; `error` is what the answer itself reports. */
export function outcomeOfAnswer(status: number, error: string | null): RequestOutcome {
  if (status === 429) return 'rejected';
  if (status >= 500) return 'server_error';
  if (status >= 400) return 'client_error';
  return error === null ? 'ok' : 'server_error';
}

import { formatGoDuration } from './go-duration.js';

/** One finished request. */
export interface AccessRecord {
  /** Address of the client, without port. */
  readonly address: string;
  readonly method: string;
  /** Path as the client sent it; a query is cut off. */
  readonly path: string;
  /** Such as `HTTP/1.1`. */
  readonly protocol: string;
  readonly status: number;
  /** Bytes of body written. */
  readonly bytes: number;
  readonly userAgent: string;
  readonly durationMs: number;
  /** Null where requests have none. */
  readonly requestId?: string | null;
}

// oxlint-disable-next-line no-control-regex -- what is looked for; a class of code points is faster
const CONTROL = /[\0-\x1f\x7f-\x9f]/;
const ALL_CONTROLS = /\p{Cc}/gu;

const SKIPPED_PREFIXES = ['/wol-health', '/api/performance', '/metrics'];

/** Whether a request for this path leaves a line in the access log; probes and polls do not. */
export function isAccessLogged(path: string): boolean {
  return !SKIPPED_PREFIXES.some((prefix) => path.startsWith(prefix));
}

/** The text of a line of the access log; control characters from the client become `?`. */
export function formatAccessLine(record: AccessRecord): string {
  const query = record.path.indexOf('?');
  const path = query < 0 ? record.path : record.path.slice(0, query);
  const line =
    `Request ${record.address} "${record.method} ${path} ${record.protocol}" ` +
    `${record.status} ${record.bytes} "${record.userAgent}" ` +
    formatGoDuration(Math.round(record.durationMs * 1_000_000)) +
    (record.requestId ? ` id=${record.requestId}` : '');
  return CONTROL.test(line) ? line.replaceAll(ALL_CONTROLS, '?') : line;
}

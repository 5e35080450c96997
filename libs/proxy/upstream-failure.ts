import { DroverError } from '#lib/foundation';
import { UpstreamTarget } from './upstream-target.interface.js';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'reset the connection before it answered',
  EPIPE: 'closed the connection before it answered',
  ENOTFOUND: 'has a host name that cannot be resolved',
  UND_ERR_SOCKET: 'closed the connection before it answered',
  UND_ERR_CONNECT_TIMEOUT: 'could not be connected to in time',
  UND_ERR_HEADERS_OVERFLOW: 'sent too many headers',
  HPE_HEADER_OVERFLOW: 'sent too many headers',
  WIRE_CLOSED: 'closed the connection before it answered',
  WIRE_CONNECT_TIMEOUT: 'could not be connected to in time',
  WIRE_HEADERS_OVERFLOW: 'sent too many headers',
  WIRE_BAD_RESPONSE: 'sent no valid HTTP',
};

const LOST = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'WIRE_CLOSED']);

const TIMEOUTS = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'WIRE_HEADERS_TIMEOUT',
  'ERR_UPSTREAM_UPGRADE_TIMEOUT',
]);

const UNSENDABLE = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'WIRE_BAD_REQUEST']);

/** The code of a network or undici error, or an empty text. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** Codes of failures to get a connection at all. */
const UNREACHABLE =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|WIRE_CONNECT_TIMEOUT|ERR_(?:TLS|SSL)_|CERT_|DEPTH_|SELF_SIGNED_|UNABLE_TO_|EPROTO)/;

/** Whether there was no way to the server, as opposed to one that took the request and failed. */
export function isUnreachable(error: unknown): boolean {
  return UNREACHABLE.test(codeOf(error));
}

/** Whether a connection was lost, as happens when a server closes an idle one under a request. */
export function isConnectionLoss(error: unknown): boolean {
  return LOST.has(codeOf(error));
}

/**
 * Whether a request that failed so cannot have been seen by the server: its connection was refused.
 *
 * @param failure as {@link upstreamFailure} has made it
 */
export function isUnseen({ code, cause }: DroverError): boolean {
  return code === 'UPSTREAM_UNREACHABLE' && codeOf(cause) === 'ECONNREFUSED';
}

/** What stands for an answer that was not passed on because of its status. */
export function declinedAnswer({ kind, id }: UpstreamTarget, status: number): DroverError {
  const who = kind === 'peer' ? `peer proxy error: peer "${id}"` : `the server of model "${id}"`;
  return new DroverError('UPSTREAM_UNREACHABLE', `${who} answered with status ${status}`);
}

/** What a client is told when an upstream failed before it answered. */
export function upstreamFailure({ kind, id }: UpstreamTarget, error: unknown): DroverError {
  const code = codeOf(error);
  const who = kind === 'peer' ? `peer "${id}"` : `the server of model "${id}"`;
  const prefix = kind === 'peer' ? 'peer proxy error: ' : '';
  const options = { cause: error, detail: error instanceof Error ? error.message : String(error) };
  if (TIMEOUTS.has(code)) {
    const message = `${prefix}${who} did not answer within its response header timeout`;
    return new DroverError('UPSTREAM_TIMEOUT', message, options);
  }
  if (UNSENDABLE.has(code)) {
    const message = 'the request cannot be forwarded: its path or a header holds forbidden bytes';
    return new DroverError('BAD_REQUEST', message, options);
  }
  const reason = REASONS[code] ?? (code.startsWith('HPE_') ? 'sent no valid HTTP' : 'failed');
  const shown = code === '' ? '' : ` (${code})`;
  return new DroverError('UPSTREAM_UNREACHABLE', `${prefix}${who} ${reason}${shown}`, options);
}

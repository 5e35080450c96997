import { HeaderMemo, UpstreamRequest } from '../upstream-link.interface.js';
import { WireError } from './wire.error.js';

const NOT_IN_PATH = /[^\x21-\x7e\x80-\xff]/;
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/;
const WITHOUT_LENGTH = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Request line and headers as they go out, Latin-1, with the blank line.
 *
 * @param host sent when the headers name none
 * @throws WireError WIRE_BAD_REQUEST when something in it would not be one header any more
 */
export function requestText(
  { method, path, headers, body, memo }: UpstreamRequest,
  host: string,
): string {
  if (NOT_IN_PATH.test(path)) throw unsendable('the path');
  const lines = memo ? keptLines(memo, headers, host) : headerLines(headers, host);
  return `${method} ${path} HTTP/1.1\r\n${lines}${lengthLine(method, body)}Connection: keep-alive\r\n\r\n`;
}

function keptLines(memo: HeaderMemo, headers: readonly string[], host: string): string {
  if (memo.lines === '' || memo.host !== host) {
    memo.lines = headerLines(headers, host);
    memo.host = host;
  }
  return memo.lines;
}

function headerLines(headers: readonly string[], host: string): string {
  if (NOT_IN_HEADERS.test(headers.join(''))) throw unsendable('a header');
  const parts: string[] = [];
  let hasHost = false;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hasHost = true;
    parts.push(name, ': ', headers[at + 1]!, '\r\n');
  }
  if (!hasHost) parts.push('Host: ', host, '\r\n');
  // Joined, they are one piece; a text that was added up would be put together at every writing.
  return parts.join('');
}

function lengthLine(method: string, body: Buffer | null): string {
  if (body) return `Content-Length: ${body.length}\r\n`;
  return WITHOUT_LENGTH.has(method) ? '' : 'Content-Length: 0\r\n';
}

function unsendable(what: string): WireError {
  return new WireError('WIRE_BAD_REQUEST', `${what} has characters that cannot be sent`);
}

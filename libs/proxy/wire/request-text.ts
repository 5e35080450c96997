import { UpstreamRequest } from '../upstream-link.interface.js';
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
  { method, path, headers, body }: UpstreamRequest,
  host: string,
): string {
  if (NOT_IN_PATH.test(path)) throw unsendable('the path');
  if (NOT_IN_HEADERS.test(headers.join(''))) throw unsendable('a header');
  let text = `${method} ${path} HTTP/1.1\r\n`;
  let hasHost = false;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hasHost = true;
    text += `${name}: ${headers[at + 1]}\r\n`;
  }
  if (!hasHost) text += `Host: ${host}\r\n`;
  if (body) text += `Content-Length: ${body.length}\r\n`;
  else if (!WITHOUT_LENGTH.has(method)) text += 'Content-Length: 0\r\n';
  return `${text}Connection: keep-alive\r\n\r\n`;
}

function unsendable(what: string): WireError {
  return new WireError('WIRE_BAD_REQUEST', `${what} has characters that cannot be sent`);
}

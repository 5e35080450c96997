import { IncomingMessage } from 'node:http';

const ABSOLUTE = /^https?:\/\/([^/?#]+)([^?#]*)(\?[^#]*)?/i;

/**
 * Turns the absolute form of a request's target, which proxies are sent and every server has to
 * accept (RFC 9112, 3.2.2), into the usual one. Its authority takes the place of the Host header.
 */
export function toOriginForm(request: IncomingMessage): void {
  const { url = '/', rawHeaders } = request;
  if (url.startsWith('/')) return;
  const [, authority, path, query = ''] = ABSOLUTE.exec(url) ?? [];
  if (authority === undefined) return;
  request.url = `${path || '/'}${query}`;
  request.headers.host = authority;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.toLowerCase() === 'host') rawHeaders[at + 1] = authority;
  }
}

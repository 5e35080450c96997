import { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of another origin caused this request, as far as its browser tells: by
 * `Sec-Fetch-Site` (W3C Fetch Metadata), or by an Origin that is not the host asked. Programs send
 * neither header.
 */
export function isFromForeignPage(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  if (origin === undefined) return false;
  const host = headers.host ?? headers[':authority'];
  return !URL.canParse(origin) || new URL(origin).host !== host?.toString().toLowerCase();
}

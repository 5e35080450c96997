import { IncomingMessage, ServerResponse } from 'node:http';

const DEFAULT_HEADERS = 'Content-Type, Authorization, Accept, X-Requested-With';

/** Characters of a header name (RFC 9110, 5.6.2). */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** Answers a preflight, or any other OPTIONS request: every origin, every known method. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): null {
  const asked = request.headers['access-control-request-headers'];
  response.writeHead(204, {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
    'Access-Control-Allow-Headers': asked === undefined ? DEFAULT_HEADERS : headerNames(asked),
    'Access-Control-Max-Age': '86400',
  });
  response.end();
  return null;
}

/** The valid header names of a list, which a client may have filled with anything. */
export function headerNames(list: string): string {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => HEADER_NAME.test(name))
    .join(', ');
}

/** Lets the page that asks read the answer; an upstream's own headers take precedence later. */
export function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
  response.setHeader('Vary', 'Origin');
}

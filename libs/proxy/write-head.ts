import { ServerResponse } from 'node:http';
import { ForwardedHeaders } from './response-headers.js';

/** Writes status and headers of an upstream's answer in the client's version of HTTP. */
export function writeHead(
  response: ServerResponse,
  status: number,
  { headers: received, trailer, hasLength }: ForwardedHeaders,
): void {
  // An id that Drover gave the request counts more than one that the upstream made up.
  const hasOwnId = response.hasHeader('X-Request-Id');
  const headers = hasOwnId ? withoutHeader(received, 'x-request-id') : received;
  if (response.req.httpVersionMajor > 1) {
    writeHeadH2(response, status, headers);
    return;
  }
  const chunked = !hasLength && response.req.httpVersion === '1.1' && hasBody(response, status);
  const isAnnounced = trailer !== null && chunked;
  // Node does not change the array that it takes.
  const sent = isAnnounced ? [...headers, 'Trailer', trailer] : (headers as string[]);
  response.writeHead(status, sent);
}

function hasBody(response: ServerResponse, status: number): boolean {
  return response.req.method !== 'HEAD' && status !== 204 && status !== 304;
}

/** HTTP/2 has no reason phrase and takes repeated headers as lists. */
function writeHeadH2(response: ServerResponse, status: number, headers: readonly string[]): void {
  for (let at = 0; at < headers.length; at += 2)
    response.appendHeader(headers[at]!, headers[at + 1]!);
  response.writeHead(status);
}

function withoutHeader(headers: readonly string[], name: string): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at]!.toLowerCase() !== name) kept.push(headers[at]!, headers[at + 1]!);
  }
  return kept;
}

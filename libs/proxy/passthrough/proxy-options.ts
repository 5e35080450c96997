import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { requestHeaders } from '../request-headers.js';
import { targetPath } from '../target-path.js';
import { ConnectionOptions } from './connection-options.js';
import { PassthroughRequest, PassthroughUpgrade } from './passthrough-request.interface.js';

/** The part of the proxy's options that differs between requests. */
export interface ProxyOptions extends ConnectionOptions {
  /** Address as text in parts, so that nothing re-encodes the path on its way. */
  readonly target: ProxyAddress;
  /** Body to send instead of the client's. */
  readonly buffer?: Readable;
  /** Milliseconds for the answer to a websocket handshake. */
  readonly upgradeTimeout?: number;
}

/** Where a request goes. */
export interface ProxyAddress {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  /** Path with query. */
  readonly pathname: string;
}

/** Address of a call's target joined with its own path and query. */
export function proxyAddress({
  target: { url },
  path,
  query,
}: Pick<PassthroughRequest, 'target' | 'path' | 'query'>): ProxyAddress {
  const { protocol, hostname, port } = url;
  const plain = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return { protocol, hostname: plain, port, pathname: targetPath(url, path, query) };
}

/**
 * Headers of a request on its way through, by lower-case name: the end-to-end ones and the framing
 * of the body, which is sent on as it comes.
 */
export function passthroughHeaders(call: PassthroughRequest): Record<string, string | string[]> {
  const { request, body, begin } = call;
  const change = begin ? begin.bytes.length - begin.insteadOfBytes : 0;
  const framing = body === undefined ? framingOf(request, change) : lengthOf(body);
  return { ...endToEnd(call), ...framing };
}

/** Headers of a websocket handshake on its way through (RFC 6455, 4.1). */
export function upgradeHeaders(call: PassthroughUpgrade): Record<string, string | string[]> {
  return { ...endToEnd(call), connection: 'Upgrade', upgrade: 'websocket' };
}

function endToEnd({
  request,
  target,
  headerRules,
}: Pick<PassthroughRequest, 'request' | 'target' | 'headerRules'>): Record<
  string,
  string | string[]
> {
  const pairs = requestHeaders(request, { kind: target.kind, ...headerRules });
  const headers: Record<string, string | string[]> = Object.create(null);
  for (let at = 0; at < pairs.length; at += 2) {
    const name = pairs[at]!.toLowerCase();
    const known = headers[name];
    headers[name] = known === undefined ? pairs[at + 1]! : [known, pairs[at + 1]!].flat();
  }
  if (target.kind === 'peer') headers['host'] = target.url.host;
  return headers;
}

/** @param change by how many bytes the body is longer than the client's */
function framingOf(request: IncomingMessage, change: number): Record<string, string> {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding !== undefined) return { 'transfer-encoding': 'chunked' };
  if (length !== undefined) return { 'content-length': String(Number(length) + change) };
  if (request.method === 'GET' || request.method === 'HEAD') return {};
  return request.httpVersionMajor > 1 ? { 'transfer-encoding': 'chunked' } : lengthOf(null);
}

function lengthOf(body: Buffer | null): Record<string, string> {
  return { 'content-length': String(body?.length ?? 0) };
}

import { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { requestHeaders } from './request-headers.js';

/** Raw headers from lines of `Name: value`. */
const pairs = (...lines: string[]): string[] => lines.flatMap((line) => line.split(': '));

function request(rawHeaders: string[], remoteAddress = '::ffff:192.0.2.7'): IncomingMessage {
  const headers = Object.fromEntries(
    rawHeaders.flatMap((name, at) => (at % 2 ? [] : [[name.toLowerCase(), rawHeaders[at + 1]]])),
  );
  return { rawHeaders, headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

const hopByHop = [
  ...pairs('Connection: keep-alive, X-Private', 'X-Private: p', 'Keep-Alive: timeout=5'),
  ...pairs('Proxy-Connection: k', 'Proxy-Authorization: secret', 'Proxy-Authenticate: x'),
  ...pairs('Trailer: X-T', 'Transfer-Encoding: chunked', 'Upgrade: h2c', 'TE: gzip'),
  ...pairs('Content-Length: 7', 'Expect: 100-continue', 'HTTP2-Settings: AAA'),
];

describe('requestHeaders', () => {
  it('passes end-to-end headers in order and spelling and drops hop-by-hop ones', () => {
    const raw = ['Host', 'a.example', ...hopByHop, 'X-A', '1', 'cookie', 'c', 'X-A', '2'];
    expect(requestHeaders(request(raw), { kind: 'local' })).toEqual([
      ...pairs('Host: a.example', 'X-A: 1', 'cookie: c', 'X-A: 2'),
      ...pairs('X-Forwarded-For: 192.0.2.7'),
    ]);
  });

  it('appends the client to the addresses that are already there', () => {
    const raw = ['host', 'h', 'X-Forwarded-For', '10.0.0.1', 'x-forwarded-for', '10.0.0.2'];
    expect(requestHeaders(request(raw), { kind: 'local' }).slice(2)).toEqual([
      'X-Forwarded-For',
      '10.0.0.1, 10.0.0.2, 192.0.2.7',
    ]);
  });

  it('tells a peer nothing about the client and keeps its own host', () => {
    const raw = ['Host', 'h', 'Forwarded', 'for=1', 'X-Forwarded-For', '1', 'X-B', 'b'];
    expect(requestHeaders(request(raw), { kind: 'peer' })).toEqual(['X-B', 'b']);
  });

  it('leaves out what it is told to and replaces headers by added ones', () => {
    const raw = ['Host', 'h', 'Authorization', 'Bearer k', 'X-Api-Key', 'k', 'X-B', 'b'];
    const omit = new Set(['x-api-key']);
    const add = ['authorization', 'Bearer peer'];
    const headers = requestHeaders(request(raw), { kind: 'peer', omit, add });
    expect(headers).toEqual(['X-B', 'b', 'authorization', 'Bearer peer']);
  });

  it.each([
    'X_Forwarded_For',
    'X-Forwarded_For',
    'x_real_ip',
    'Content_Length',
    'Transfer_Encoding',
    'X_API_KEY',
    'X-Drover-Anything',
    'X-Gateway-Destination-Endpoint',
    'x_gateway_destination_endpoint_served',
  ])('drops %s, which a server behind might take for something else', (name) => {
    const raw = ['Host', 'h', name, '1', 'X-B', 'b'];
    expect(requestHeaders(request(raw), { kind: 'peer' })).toEqual(['X-B', 'b']);
  });

  it.each(['X_Custom_Header', 'x-gateway', 'X-Droverlike'])('passes %s', (name) => {
    const raw = ['Host', 'h', name, '1'];
    expect(requestHeaders(request(raw), { kind: 'peer' })).toEqual([name, '1']);
  });

  it('keeps the wish for trailers', () => {
    const raw = ['TE', 'deflate, trailers;q=0.5', 'Connection', 'TE'];
    expect(requestHeaders(request(raw), { kind: 'peer' })).toEqual([]);
    expect(requestHeaders(request(raw.slice(0, 2)), { kind: 'peer' })).toEqual(['TE', 'trailers']);
  });

  it('sends one Host header only and makes one from an HTTP/2 authority', () => {
    const twice = requestHeaders(request(['Host', 'a', 'Host', 'b']), { kind: 'local' });
    expect(twice.slice(0, 4)).toEqual(['Host', 'a', 'X-Forwarded-For', '192.0.2.7']);
    const http2 = request([':authority', 'a.example', ':path', '/x', 'x-b', 'b']);
    expect(requestHeaders(http2, { kind: 'local' }).slice(0, 4)).toEqual(
      pairs('x-b: b', 'Host: a.example'),
    );
  });
});

import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { PassthroughRequest, PassthroughUpgrade } from './passthrough-request.interface.js';
import { passthroughHeaders, proxyAddress, upgradeHeaders } from './proxy-options.js';

function incoming(headers: readonly string[], method = 'POST'): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = method;
  request.httpVersionMajor = 1;
  request.rawHeaders = [...headers];
  for (let at = 0; at < headers.length; at += 2) {
    request.headers[headers[at]!.toLowerCase()] = headers[at + 1];
  }
  return request;
}

function call(headers: readonly string[], more: object = {}, method = 'POST'): PassthroughRequest {
  const target = { id: 'm', kind: 'local', url: new URL('http://h:1/base?k=v'), timeouts: {} };
  const request = incoming(headers, method);
  return { request, target, path: '/x', query: 'q', ...more } as unknown as PassthroughRequest;
}

const peer = { id: 'p', kind: 'peer', url: new URL('https://far:9'), timeouts: {} };

describe('proxyAddress', () => {
  it.each([
    ['http://h', { protocol: 'http:', hostname: 'h', port: '', pathname: '/a%2Fb?q=%20' }],
    ['https://h:8/', { protocol: 'https:', hostname: 'h', port: '8', pathname: '/a%2Fb?q=%20' }],
    ['http://[::1]:8/c', { hostname: '::1', port: '8', pathname: '/c/a%2Fb?q=%20' }],
    ['http://h/c?k=v', { pathname: '/c/a%2Fb?k=v&q=%20' }],
  ])('at %s leaves path and query as they are', (base, expected) => {
    const target = { ...peer, url: new URL(base) };
    const address = proxyAddress(call([], { target, path: '/a%2Fb', query: 'q=%20' }));
    expect(address).toMatchObject(expected);
  });
});

describe('passthroughHeaders', () => {
  it('keeps what goes from end to end, repeated names included', () => {
    const headers = passthroughHeaders(
      call([
        'Host',
        'h',
        'X-A',
        '1',
        'x-a',
        '2',
        'Connection',
        'x-hop',
        'X-Hop',
        '1',
        'TE',
        'gzip',
      ]),
    );
    expect(headers).toMatchObject({ host: 'h', 'x-a': ['1', '2'] });
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['x-hop']));
    expect(headers).not.toHaveProperty('te');
    expect(headers).not.toHaveProperty('connection');
  });

  it('says the host of a peer, and nothing of the client', () => {
    const received = ['Host', 'h', 'X-Forwarded-For', '1.2.3.4', 'Forwarded', 'for=x'];
    const headers = passthroughHeaders(call(received, { target: peer }));
    expect(headers['host']).toBe('far:9');
    expect(headers).not.toHaveProperty('x-forwarded-for');
    expect(headers).not.toHaveProperty('forwarded');
  });

  it.each([
    [['Content-Length', '7'], {}, { 'content-length': '7' }],
    [['Transfer-Encoding', 'chunked'], {}, { 'transfer-encoding': 'chunked' }],
    [[], {}, { 'content-length': '0' }],
    [['Content-Length', '7'], { body: Buffer.from('abc') }, { 'content-length': '3' }],
    [['Transfer-Encoding', 'chunked'], { body: null }, { 'content-length': '0' }],
    [
      ['Content-Length', '100'],
      { begin: { bytes: Buffer.alloc(12), insteadOfBytes: 10 } },
      { 'content-length': '102' },
    ],
  ])('frames a body that comes with %j and %j', (headers, more, expected) => {
    const { 'content-length': length, 'transfer-encoding': coding } = passthroughHeaders(
      call(headers, more),
    );
    const framing = {
      ...(length === undefined ? {} : { 'content-length': length }),
      ...(coding === undefined ? {} : { 'transfer-encoding': coding }),
    };
    expect(framing).toEqual(expected);
  });

  it.each(['GET', 'HEAD'])('gives a %s without a body no framing', (method) => {
    const headers = passthroughHeaders(call(['Host', 'h'], {}, method));
    expect(Object.keys(headers)).toEqual(['host', 'x-forwarded-for']);
  });
});

describe('upgradeHeaders', () => {
  it('asks for a websocket in one spelling', () => {
    const received = ['Host', 'h', 'Connection', 'keep-alive, Upgrade', 'Upgrade', 'WebSocket'];
    const upgrade = call([...received, 'Sec-WebSocket-Key', 'k'], {}, 'GET');
    expect(upgradeHeaders(upgrade as unknown as PassthroughUpgrade)).toMatchObject({
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'k',
    });
  });
});

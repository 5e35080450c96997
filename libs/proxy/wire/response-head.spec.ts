import { describe, expect, it } from 'vitest';
import { parseResponseHead, ResponseHead } from './response-head.js';

const head = (lines: string, method = 'POST'): ResponseHead =>
  parseResponseHead(`${lines}\r\n`, method);

describe('parseResponseHead', () => {
  it('keeps headers as they were spelled, white space around values aside', () => {
    const text = 'HTTP/1.1 201 Very Created\r\nX-A: 1\r\nx-a:\t two  words \t\r\nX-Empty:\r\nX-B:é';
    expect(head(text)).toMatchObject({
      status: 201,
      headers: ['X-A', '1', 'x-a', 'two  words', 'X-Empty', '', 'X-B', 'é'],
    });
  });

  it.each([
    ['HTTP/1.1 200 OK\r\nContent-Length: 5', 'POST', 'length', 5],
    ['HTTP/1.1 200\r\ncontent-length: 0', 'POST', 'length', 0],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked', 'POST', 'chunked', 0],
    ['HTTP/1.1 200 OK', 'POST', 'close', 0],
    ['HTTP/1.0 200 OK\r\nContent-Length: 5', 'POST', 'length', 5],
    ['HTTP/1.1 200 OK\r\nContent-Length: 5', 'HEAD', 'none', 0],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked', 'HEAD', 'none', 0],
    ['HTTP/1.1 204 No Content\r\nContent-Length: 5', 'POST', 'none', 0],
    ['HTTP/1.1 304 Not Modified\r\nContent-Length: 5', 'GET', 'none', 0],
    ['HTTP/1.1 103 Early Hints\r\nLink: </a>', 'POST', 'none', 0],
  ] as const)('frames %j to a %s by %s', (lines, method, framing, lengthBytes) => {
    expect(head(lines, method)).toMatchObject({ framing, lengthBytes });
  });

  it.each([
    ['HTTP/1.1 200 OK', true],
    ['HTTP/1.1 200 OK\r\nConnection: close', false],
    ['HTTP/1.1 200 OK\r\nConnection: X-Own, Close', false],
    ['HTTP/1.1 200 OK\r\nConnection: X-Own\r\nConnection: close', false],
    ['HTTP/1.1 200 OK\r\nConnection: not-close', true],
    ['HTTP/1.0 200 OK', false],
    ['HTTP/1.0 200 OK\r\nConnection: Keep-Alive', true],
    ['HTTP/1.0 200 OK\r\nConnection: keep-alive, close', false],
  ])('says of %j whether the connection stays: %s', (lines, keepsAlive) => {
    expect(head(lines).keepsAlive).toBe(keepsAlive);
  });

  it.each([
    ['timeout=5', 5],
    ['max=10, timeout=7', 7],
    ['max=10', null],
    ['xtimeout=5', null],
    ['timeout=soon', null],
  ])('reads from Keep-Alive: %s an idle time of %s s', (value, seconds) => {
    expect(head(`HTTP/1.1 200 OK\r\nKeep-Alive: ${value}`).idleSeconds).toBe(seconds);
  });

  it.each([
    'HTTP/2 200 OK',
    'HTTP/1.2 200 OK',
    'http/1.1 200 OK',
    'HTTP/1.1  200 OK',
    'HTTP/1.1 20 OK',
    'HTTP/1.1 2000 OK',
    'HTTP/1.1 099 OK',
    'HTTP/1.1 200 O\0K',
    'HTTP/1.1 200 OK\nX-A: 1',
    '\r\nHTTP/1.1 200 OK',
    'HTTP/1.1 200 OK\r\nX-A 1',
    'HTTP/1.1 200 OK\r\nX-A : 1',
    'HTTP/1.1 200 OK\r\n X-A: 1',
    'HTTP/1.1 200 OK\r\nX-A: 1\r\n folded',
    'HTTP/1.1 200 OK\r\nX-A: 1\nX-B: 2',
    'HTTP/1.1 200 OK\r\nX-A: 1\rX-B: 2',
    'HTTP/1.1 200 OK\r\nX-A: a\0b',
    'HTTP/1.1 200 OK\r\nX-A: \x7f',
    'HTTP/1.1 200 OK\r\nX(A): 1',
    'HTTP/1.1 200 OK\r\n: 1',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 6',
    'HTTP/1.1 200 OK\r\nContent-Length: 5, 5',
    'HTTP/1.1 200 OK\r\nContent-Length: +5',
    'HTTP/1.1 200 OK\r\nContent-Length: -5',
    'HTTP/1.1 200 OK\r\nContent-Length: 0x5',
    'HTTP/1.1 200 OK\r\nContent-Length: 5 5',
    'HTTP/1.1 200 OK\r\nContent-Length:',
    'HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding:',
    'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked',
  ])('refuses %j', (lines) => {
    expect(() => head(lines)).toThrow(expect.objectContaining({ code: 'WIRE_BAD_RESPONSE' }));
  });
});
